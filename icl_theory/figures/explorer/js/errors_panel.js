// Errors along one axis, with the four terms of the error on new tasks stacked.

import { chart } from "./chart.js";
import { picker } from "./controls.js";
import { abscissae, stacked, top } from "./curves.js";
import { h, spoken, svg } from "./dom.js";
import { entry, legendIn } from "./legend.js";
import { ceiling, format } from "./numbers.js";
import { notesBeside } from "./notes.js";
import { BY_NAME, NAMES, PARAMETERS, moved } from "./parameters.js";
import { linear, logarithmic } from "./scales.js";
import { bestRidge, contextTurns, errorsAt, ridgeOf } from "./solve.js";
import { table } from "./table.js";
import { floors } from "./theory.js";
import { ERRORS, TERMS } from "./words.js";

const CURVE_SAMPLES = 260;

/** Fields of `errors` along the axis. */
const sweep = (state, xs) => xs.map((value) => errorsAt(state, { [state.x]: value }));

/** Parameters other than that of the axis: what a curve depends on. */
const held = (state) =>
  NAMES.filter((name) => name !== state.x && !(name === "lam" && state.best)).map((name) => state[name]);

export const errorsPanel = (host, store, { points = [], axes = true } = {}) => {
  const select = (name, label, options) => picker(label, options, (value) => store.change({ [name]: value }));
  const error = select("error", "show", Object.entries(ERRORS).map(([key, one]) => [key, one.name]));
  const x = select("x", "against", PARAMETERS.map((one) => [one.name, `${one.symbol}, ${one.about}`]));
  const height = select("height", "scale", [["linear", "linear"], ["log", "logarithmic"]]);
  host.append(h("div", { class: "icl-picks" }, error.label, axes ? x.label : null, height.label));

  const plot = chart(host, {
    name: "Errors along one axis",
    handle: "Point on the axis",
    drag: (u) => store.set(at(store.state, BY_NAME[store.state.x].scale.value(u))),
    step: (by) => store.set(at(store.state, moved(store.state.x, valueOf(store.state), by))),
    end: () => store.commit(),
    draw: () => render(store.state, true),
  });
  const legend = legendIn(host);

  const valueOf = (state) => (state.x === "lam" ? ridgeOf(state) : state[state.x]);
  // Who moves the ridge by hand unlocks it.
  const at = (state, value) => ({
    [state.x]: BY_NAME[state.x].admits(value) ? Number(value.toPrecision(3)) : state[state.x],
    ...(state.x === "lam" ? { best: "" } : {}),
  });

  // The ghost is the curve that was there before the last change of it.
  let last = null;
  let older = null;
  let drawn = null;
  let xs = [];
  let rows = [];

  const update = table(
    host,
    "Errors along the axis",
    () => [BY_NAME[store.state.x].symbol, "e_ICL", ...TERMS.map((term) => term.label), "e_IDG", "g_task", "e_train"],
    () => {
      const state = store.state;
      const every = Math.max(1, Math.floor(xs.length / 24));
      const chosen = xs.filter((_, i) => i % every === 0);
      return [...chosen, valueOf(state)].sort((a, b) => a - b).map((value) => {
        const e = errorsAt(state, { [state.x]: value });
        return [value, e.icl, ...TERMS.map((term) => e[term.name]), e.idg, e.gap, e.train];
      });
    },
  );

  const near = (a, b) => a === b || Math.abs(a - b) < 1e-9 * Math.abs(b);

  /** Simulated points on the curve that is shown. */
  const simulated = (state) => {
    if (state.best || state.error === "train") return [];
    return points.filter((point) => NAMES.every((name) => name === state.x || near(point[name], state[name])));
  };

  /** Turning points of the curve, with a word for each. */
  const turns = (state) => {
    const found = [];
    if (state.x === "lam" && ["icl", "idg"].includes(state.error)) {
      found.push([bestRidge(state.error, state.tau, state.alpha, state.kappa, state.rho), "best λ"]);
    }
    if (state.x === "alpha" && !state.best && state.lam === 0 && ["icl", "idg"].includes(state.error)) {
      const { minimum, maximum } = contextTurns(state.error, state.tau, state.kappa, state.rho);
      found.push([minimum, "best α"], [maximum, "worst α"]);
    }
    return found.filter(([value]) => !Number.isNaN(value));
  };

  function render(state, settled) {
    if (plot.width === 0) return;
    error.box.value = state.error;
    x.box.value = state.x;
    height.box.value = state.height;
    const key = JSON.stringify([state.x, state.error, state.best, ...held(state).map(String)]);
    const ghost = last && last.key !== key ? last : older;
    if (drawn !== key) {
      drawn = key;
      xs = abscissae(state.x, state, CURVE_SAMPLES);
      rows = sweep(state, xs);
    }
    const name = state.error;
    const here = errorsAt(state);
    const values = rows.map((row) => row[name]);
    const parameter = BY_NAME[state.x];
    const marks = simulated(state);
    const all = [...values, ...marks.map((point) => point[name])];
    let y;
    if (state.height === "log") {
      const positive = all.filter((v) => v > 0 && Number.isFinite(v));
      const high = top(positive, here[name]) * 3;
      const least = positive.reduce((a, b) => Math.min(a, b), high);
      y = logarithmic(Math.max(10 ** Math.floor(Math.log10(least)), high * 1e-6), high);
    } else {
      const lowest = all.filter(Number.isFinite).reduce((a, b) => Math.min(a, b), 0);
      const high = top(all.map((v) => Math.max(v, 0)), here[name]);
      y = linear(lowest < -1e-9 * high ? -ceiling(Math.min(-lowest, high)) : 0, high);
    }
    const { symbol } = ERRORS[name];
    plot.axes(parameter.scale, y, `${parameter.symbol} — ${parameter.about}`, symbol);

    const back = [];
    const clampLow = (v) => (state.height === "log" ? Math.max(v, y.low * 0.5) : v);
    if (name === "icl") {
      back.push(...stacked(plot, xs, rows, state.height === "log" ? y.low * 0.5 : 0));
    }
    if (ghost && ghost.x === state.x && ghost.error === state.error) {
      back.push(svg("path", { class: "icl-ghost", d: plot.curve(ghost.xs, ghost.values) }));
    }
    // What words must not lie over.
    const lines = [plot.points(xs, values.map(clampLow))];
    if (name === "icl" && !state.best) {
      const second = rows.map((row) => clampLow(row.idg));
      lines.push(plot.points(xs, second));
      back.push(svg("path", { class: "icl-second", d: plot.curve(xs, second) }));
    }
    if (name === "icl" || name === "idg") {
      const floor = xs.map((value) => {
        const there = { ...state, [state.x]: value };
        return clampLow(floors(there.alpha, there.rho).bayes);
      });
      if (name === "icl") {
        lines.push(plot.points(xs, floor));
        back.push(svg("path", { class: "icl-floor", d: plot.curve(xs, floor) }));
      }
    }
    back.push(svg("path", { class: "icl-curve", d: plot.curve(xs, values.map(clampLow)) }));

    const front = [];
    const { left, top: above, width, height: tall } = plot.inner();
    const right = left + width;
    // 0 and ∞ have places of their own beside the curve.
    const ends = [parameter.scale.zero ? 0 : null, parameter.scale.infinity ? Infinity : null]
      .filter((value) => value !== null)
      .map((value) => [value, errorsAt(state, { [state.x]: value })[name]])
      .filter(([, end]) => Number.isFinite(end) && y.unit(end) <= 1 && y.unit(end) >= 0)
      .map(([value, end]) => [plot.px(value), plot.py(end)]);
    for (const [cx, cy] of ends) front.push(svg("circle", { class: "icl-end", cx, cy, r: 4 }));
    const dots = [...ends, ...marks.map((point) => [plot.px(point[state.x]), plot.py(point[name])])];
    const note = notesBeside([...lines, ...dots.map((dot) => [dot])], plot.inner());
    const words = [];
    const feet = (from, by) => Array.from({ length: Math.floor((tall - 16) / 16) }, (_, i) => from + by * i * 16);
    const vertical = (value, text) => {
      const px = plot.px(value);
      if (px < left || px > left + width) return;
      front.push(svg("line", { class: "icl-threshold", x1: px, x2: px, y1: above, y2: above + tall }));
      // Beside a pole there is room only at some distance.
      const beside = [4, 20, 36, 52].flatMap((by) => feet(above + 12, 1).flatMap((y) => [[px + by, y, "start"], [px - by, y, "end"]]));
      words.push([text, beside]);
    };
    if (state.x === "tau") vertical(1, "τ = 1");
    if (state.x === "kappa") vertical(Math.min(state.tau, 1), state.tau < 1 ? "κ = τ" : "κ = 1");
    // The limits at the far ends of the axis, where the curve has one.
    const far = { tau: 1e30, alpha: state.best ? 1e30 : Infinity, kappa: Infinity }[state.x];
    if (far !== undefined) {
      const limit = errorsAt(state, { [state.x]: far })[name];
      const unit = Number.isFinite(limit) ? y.unit(limit) : 2;
      if (unit >= 0 && unit <= 1) {
        const py = plot.py(limit);
        front.push(svg("line", { class: "icl-asymptote", x1: left + width * 0.72, x2: left + width, y1: py, y2: py }));
        const text = `${parameter.symbol} → ∞: ${format(limit, 3)}`;
        // Above the line, below it, and farther.
        const beside = [-9, 18, -25, 34, -41, 50, -57, 66].map((by) => [right - 4, py + by, "end"]);
        words.push([text, beside]);
      } else if (limit === Infinity && state.x === "alpha") {
        const places = feet(above + 12, 1).map((y) => [right - 4, y, "end"]);
        words.push(["grows without bound as α → ∞", [places[0], [left + width / 2, above + 12, "middle"], ...places]]);
      }
    }
    for (const [value, text] of turns(state)) {
      const there = errorsAt(state, { [state.x]: value })[name];
      if (!Number.isFinite(there) || y.unit(there) > 1) continue;
      const [px, py] = [plot.px(value), plot.py(there)];
      if (px < left || px > left + width) continue;
      front.push(svg("path", { class: "icl-turn", d: `M${px} ${py - 6}l6 6l-6 6l-6 -6Z` }));
      const around = [-12, 22, -28, 38, -44, 54].flatMap((by) => [[px, py + by, "middle"], [px + 10, py + by, "start"], [px - 10, py + by, "end"]]);
      words.push([`${text} = ${format(value, 3)}`, around]);
    }
    for (const point of marks) {
      const px = plot.px(point[state.x]);
      const [value, spread] = [point[name], point[`${name}_se`]];
      if (y.unit(value) > 1 || y.unit(value) < 0) continue;
      front.push(svg("line", { class: "icl-bar", x1: px, x2: px, y1: plot.py(value + spread), y2: plot.py(Math.max(value - spread, y.low)) }));
      front.push(svg("circle", { class: "icl-point", cx: px, cy: plot.py(value), r: 4.5 }));
    }
    const value = valueOf(state);
    const px = plot.px(value);
    front.push(svg("line", { class: "icl-reading", x1: px, x2: px, y1: above, y2: above + tall }));
    // Words last: the line runs behind them.
    for (const [text, places] of words) front.push(note(text, places));
    plot.layers.back.replaceChildren(...back);
    plot.layers.front.replaceChildren(...front);
    const unit = here[name] === Infinity ? 1 : y.unit(clampLow(here[name]));
    plot.hold(parameter.scale.unit(value), unit, `${parameter.symbol} = ${format(value)}, ${spoken(symbol)} = ${format(here[name])}`, parameter.scale.unit(value));

    const items = [];
    const item = (...parts) => items.push(entry(...parts));
    item("icl-key-curve", symbol, format(here[name]));
    if (name === "icl") {
      TERMS.forEach((term, i) => {
        const share = here.icl === Infinity ? NaN : here[term.name] / here.icl;
        const percent = Number.isNaN(share) ? "" : ` (${Math.round(100 * share)} %)`;
        item(`icl-key-term icl-term-${i}`, term.label, `${format(here[term.name], 3)}${percent}`);
      });
      if (!state.best) item("icl-key-second", "e_IDG", format(here.idg));
      item("icl-key-floor", "Bayes floor", format(floors(state.alpha, state.rho).bayes));
    }
    if (ghost && ghost.x === state.x && ghost.error === state.error) item("icl-key-ghost", "last setting");
    if (marks.length) item("icl-key-point", "simulated at d = 100");
    legend.replaceChildren(...items);

    if (settled) {
      if (last?.key !== key) [older, last] = [last, { key, x: state.x, error: name, xs, values }];
      update();
    }
  }
  return render;
};
