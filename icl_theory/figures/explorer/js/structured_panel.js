// Structured tasks and tests that differ from pretraining: the error, and what becomes of directions.

import { chart } from "./chart.js";
import { picker, row } from "./controls.js";
import { abscissae, stacked, top } from "./curves.js";
import { h, spoken, svg } from "./dom.js";
import { entry, legendIn } from "./legend.js";
import { format } from "./numbers.js";
import { BY_NAME, FURTHER, PARAMETERS, moved } from "./parameters.js";
import { linear } from "./scales.js";
import { reason } from "./reason.js";
import { ridgeOf } from "./solve.js";
import { kept, spectrumOf, structuredAt } from "./structured.js";
import { table } from "./table.js";
import { TERMS } from "./words.js";

/** Samples of a curve while somebody drags, and at rest. */
const [QUICK, AT_REST] = [60, 200];

const TASKS = [["isotropic", "alike in all directions"], ["power", "power law"], ["spike", "spike"], ["atoms", "two variances"]];
const TESTS = [["matched", "fresh tasks like those of pretraining"], ["isotropic", "fresh isotropic tasks"], ["reversed", "fresh tasks, variances reversed"], ["pretraining", "the pretraining tasks again"]];
const SHIFTS = [["", "as in pretraining"], ["own", "of its own"]];

/** Parameters that matter at a state. */
const asked = ({ tasks, shift }) => [
  ...{ isotropic: [], power: ["p"], spike: ["peak", "share"], atoms: ["first", "second", "share"] }[tasks],
  ...(shift ? ["alpha_T", "rho_T"] : []),
];

export const structuredPanel = (host, store, { links = {} }) => {
  const pick = (name, label, options) => picker(label, options, (value) => store.change({ [name]: value, ...(value.endsWith("_T") ? { shift: "own" } : {}) }));
  const picks = {
    tasks: pick("tasks", "pretraining tasks", TASKS),
    test: pick("test", "tested on", TESTS),
    shift: pick("shift", "context and noise of the test", SHIFTS),
    over: pick("over", "against", [...PARAMETERS, ...FURTHER.slice(-2)].map((one) => [one.name, `${spoken(one.symbol)}, ${one.about}`])),
  };
  const rows = Object.fromEntries(FURTHER.map((one) => [one.name, row(one.name, store)]));
  const controls = h("div", { class: "icl-few" }, ...Object.values(rows).map((one) => one.element));
  host.append(h("div", { class: "icl-picks" }, ...Object.values(picks).map((one) => one.label)), controls);

  const ridge = (state) => ridgeOf(state);
  const at = (state, value) => {
    const name = state.over;
    const lam = name === "lam" && value !== undefined ? value : ridge(state);
    return structuredAt(value === undefined ? state : { ...state, [name]: value }, lam);
  };
  const valueOf = (state) => (state.over === "lam" ? ridge(state) : state[state.over]);
  const set = (state, value) => store.set({ [state.over]: value, ...(state.over === "lam" ? { best: "" } : {}) });
  const pair = h("div", { class: "icl-pair" });
  const [left, right] = [h("div"), h("div")];
  pair.append(left, right);
  host.append(pair);

  const errors = chart(left, {
    name: "Errors of structured tasks along one axis",
    handle: "Point on the axis",
    drag(unit) {
      const value = BY_NAME[store.state.over].scale.value(unit);
      set(store.state, Number.isFinite(value) ? Number(value.toPrecision(3)) : value);
    },
    step: (by) => set(store.state, moved(store.state.over, valueOf(store.state), by)),
    end: () => store.commit(),
    draw: () => render(store.state, true),
  });
  const legend = legendIn(left);
  // Where in the order of directions somebody reads.
  let place = 0.1;
  const read = (unit) => {
    place = Math.min(1, Math.max(0, unit));
    render(store.state, false);
  };
  const directions = chart(right, {
    name: "What is kept of each direction, and what a test in it costs",
    handle: "Direction, by its rank",
    drag: (unit) => read(unit),
    step: (by) => read(place + by),
    draw: () => render(store.state, true),
  });
  const costs = legendIn(right);
  const why = h("ul", { class: "icl-findings" });
  host.append(why);

  const update = table(
    host,
    "Directions",
    () => ["variance c", "share of directions", "variance in the test", "kept, c/(c + u)", "cost of test variance"],
    () => {
      const now = at(store.state);
      const { nodes } = spectrumOf(store.state);
      return nodes.map(({ c, w, s }) => [c, w, s, kept(c, now.u), now.cost(c).cost]);
    },
  );

  let drawn = null;
  let xs = [];
  let curve = [];
  let plain = [];

  const drawErrors = (state, now, settled) => {
    const count = settled ? AT_REST : QUICK;
    const parameter = BY_NAME[state.over];
    const key = JSON.stringify([count, ...Object.entries({ ...state, lam: ridge(state), [state.over]: 0 }).map(String)]);
    if (drawn !== key) {
      drawn = key;
      xs = abscissae(state.over, state, count);
      curve = xs.map((value) => at(state, value));
      const alike = { ...state, tasks: "isotropic", test: state.test === "pretraining" ? "pretraining" : "matched" };
      plain = xs.map((value) => at(alike, value));
    }
    const values = curve.map((one) => one.icl);
    const y = linear(0, top(values, now.icl));
    errors.axes(parameter.scale, y, `${parameter.symbol} — ${parameter.about}`, "error of the test");
    errors.layers.back.replaceChildren(
      ...stacked(errors, xs, curve, 0),
      svg("path", { class: "icl-second", d: errors.curve(xs, curve.map((one) => one.idg)) }),
      svg("path", { class: "icl-floor", d: errors.curve(xs, plain.map((one) => one.icl)) }),
      svg("path", { class: "icl-curve", d: errors.curve(xs, values) }),
    );
    const value = valueOf(state);
    const unit = parameter.scale.unit(value);
    const { top: above, height: tall } = errors.inner();
    const px = errors.px(value);
    errors.layers.front.replaceChildren(svg("line", { class: "icl-reading", x1: px, x2: px, y1: above, y2: above + tall }));
    errors.hold(unit, now.icl === Infinity ? 1 : y.unit(now.icl), `${spoken(parameter.symbol)} = ${format(value)}, error of the test ${format(now.icl)}`, unit);
    const alike = at({ ...state, tasks: "isotropic", test: state.test === "pretraining" ? "pretraining" : "matched" });
    legend.replaceChildren(
      entry("icl-key-curve", "error of the test, e_T", format(now.icl)),
      ...TERMS.map((term, i) => entry(`icl-key-term icl-term-${i}`, term.label, format(now[term.name], 3))),
      entry("icl-key-second", "e_IDG", format(now.idg)),
      entry("icl-key-floor", "were the tasks isotropic", format(alike.icl)),
    );
  };

  const drawDirections = (state, now) => {
    const { nodes } = spectrumOf(state);
    const each = nodes.map(({ c }) => ({ c, kept: kept(c, now.u), cost: now.cost(c).cost }));
    const most = each.reduce((a, b) => Math.max(a, b.cost), 0);
    directions.axes(linear(0, 1), linear(0, 1), "share of directions, the most varied first", "kept; relative cost");
    // Steps: the value of a direction from its left edge to its right one.
    let from = 0;
    const edges = nodes.flatMap(({ w }) => [from, (from += w)]);
    const steps = (key, scale) => each.flatMap((one) => [one[key] / scale, one[key] / scale]);
    const share = steps("kept", 1);
    directions.layers.back.replaceChildren(
      svg("path", { class: "icl-used", d: directions.between(edges, share.map(() => 0), share) }),
      svg("path", { class: "icl-curve", d: directions.curve(edges, share) }),
      ...(Number.isFinite(most) ? [svg("path", { class: "icl-kept", d: directions.curve(edges, steps("cost", most)) })] : []),
    );
    const index = Math.max(0, nodes.findIndex((_, i) => edges[2 * i + 1] >= place - 1e-12));
    const one = each[index];
    const { top: above, height: tall } = directions.inner();
    const px = directions.px(place);
    directions.layers.front.replaceChildren(svg("line", { class: "icl-reading", x1: px, x2: px, y1: above, y2: above + tall }));
    const text = `variance ${format(one.c, 3)}: ${format(100 * one.kept, 3)} % kept, a unit of test variance costs ${format(one.cost, 3)}`;
    directions.hold(place, one.kept, text, place);
    costs.replaceChildren(
      entry("icl-key-used", "kept of each direction; at the point", `${format(100 * one.kept, 3)} %`),
      entry("icl-key-kept", "cost of a unit of test variance there", format(one.cost, 3)),
      entry("icl-key-blank", "variance of tasks there, c", format(one.c, 3)),
      entry("icl-key-blank", "degrees of freedom, D₁", format(nodes.reduce((sum, { w }, i) => sum + w * each[i].kept, 0))),
    );
    const said = [];
    if (nodes.length > 1 && Number.isFinite(most)) {
      const dearest = each.findIndex(({ cost }) => cost === most);
      said.push(
        dearest < nodes.length - 1
          ? { text: `A unit of test variance costs most where c = ${format(each[dearest].c, 3)}, not where tasks vary least: there the weights fitted to few sequences are noisier.`, claim: "exchange" }
          : { text: "A unit of test variance costs most where pretraining tasks vary least: aligned tests are easier.", claim: "exchange" },
      );
    }
    if (state.shift === "own") said.push({ text: "A longer context of the test helps, down to a floor that pretraining sets.", claim: "longer-test-contexts-help" });
    if (state.best && state.tasks !== "isotropic") said.push({ text: `The ridge is held at λ = ${format(ridge(state), 3)}, which is best were the tasks isotropic.`, claim: `optimal-ridge-${state.best}` });
    why.replaceChildren(...said.map((one) => reason(one, links)));
  };

  function render(state, settled) {
    for (const [name, { box }] of Object.entries(picks)) box.value = state[name];
    for (const option of picks.test.box.options) option.hidden = option.disabled = option.value === "reversed" && state.tasks !== "power";
    const shown = asked(state);
    for (const [name, one] of Object.entries(rows)) {
      one.element.hidden = !shown.includes(name);
      one.update();
    }
    controls.hidden = !shown.length;
    if (errors.width === 0 || directions.width === 0) return;
    const now = at(state);
    drawErrors(state, now, settled);
    drawDirections(state, now);
    if (settled) update();
  }
  return render;
};
