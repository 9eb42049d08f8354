// A map over two parameters, with the lines at which the theory changes.

import { chart } from "./chart.js";
import { zeroes } from "./contour.js";
import { picker } from "./controls.js";
import { h, svg } from "./dom.js";
import { format } from "./numbers.js";
import { BY_NAME, PARAMETERS, moved } from "./parameters.js";
import { linear, logarithmic } from "./scales.js";
import { bestRidge, contextTurns, errorsAt, noiseEdge, ridgeOf } from "./solve.js";
import { table } from "./table.js";
import { lines } from "./theory.js";
import { ERRORS, TERMS } from "./words.js";

// Even, so that no row is the threshold itself, where errors are infinite.
const COARSE = [36, 28];
const FINE = [144, 108];
/** How long a piece of the fine map may take before the page is let go on, in ms. */
const PIECE = 12;

const COLOURS = {
  error: "the error",
  term: "its largest term",
  context: "the best context α*",
  ridge: "the best ridge λ*",
};

/** Whether the map is drawn as the paper's figure 3 is: linear, in its window and colours. */
const asFigure3 = (state) => state.plane === "figure3" && state.across === "kappa" && state.up === "rho";

/** Axis of the map without places for 0 and ∞. */
const axisOf = (state, name, figure3) =>
  asFigure3(state) ? linear(0, figure3[name]) : logarithmic(BY_NAME[name].scale.low, BY_NAME[name].scale.high);

/** What is coloured at a place. */
const coloured = (state) => {
  const { colour, error, tau, alpha, kappa, rho } = state;
  const named = error === "idg" ? "idg" : "icl";
  if (colour === "context") return contextTurns(named, tau, kappa, rho).minimum;
  if (colour === "ridge") return bestRidge(named, tau, alpha, kappa, rho);
  const here = errorsAt(state);
  if (colour === "error") return here[error];
  let most = 0;
  TERMS.forEach((term, i) => {
    if (here[term.name] > here[TERMS[most].name]) most = i;
  });
  return here.icl === Infinity ? 3 : most;
};

/** Lines of the theory: a sign for every place, a name, the claim that says so. */
const boundaries = (state, links) => {
  const error = state.error === "idg" ? "idg" : "icl";
  const on = (...names) => names.some((name) => name === state.across || name === state.up);
  const found = [];
  if (on("tau")) {
    found.push({ name: "τ = 1, interpolation threshold", claim: "interpolation-peak-over", sign: (s) => lines(s.tau, s.kappa).threshold });
  }
  if (on("tau", "kappa")) {
    found.push({ name: "κ = min(τ, 1), as many tasks as needed", claim: "line-poles-under", sign: (s) => Math.min(lines(s.tau, s.kappa).diversity, 1) });
  }
  if (on("tau", "kappa", "rho") && !state.best && state.lam === 0) {
    const sign = (end) => (s) => {
      const edge = noiseEdge(error, s.tau, s.kappa)?.[end];
      return edge === undefined ? -1 : Math.max(s.rho - edge, -1);
    };
    found.push({ name: `above it ${ERRORS[error].symbol} has a best context length`, claim: `context-minimum-${error}-under`, sign: sign("lower") });
    if (error === "icl") {
      found.push({ name: "the fold: above it context only hurts", claim: "context-fold", sign: sign("upper") });
    }
  }
  if (state.error === "gap" && state.colour === "error") {
    found.push({ name: "g_task = 0", claim: "gap-negative-example", sign: (s) => errorsAt(s).gap });
  }
  return found.map((one) => ({ ...one, link: links[one.claim] }));
};

const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

export const mapPanel = (host, store, { palette, figure3, links = {} }) => {
  const pick = (name, label, options) => picker(label, options, (value) => store.change(chosen(name, value)));
  // Two axes cannot be one: the other one gives way.
  const chosen = (name, value) => {
    // Figure 3 shows the best context over task diversity and label noise.
    if (value === "figure3") return { plane: value, across: "kappa", up: "rho", colour: "context" };
    const other = { across: "up", up: "across" }[name];
    return other && store.state[other] === value ? { [name]: value, [other]: store.state[name] } : { [name]: value };
  };
  const names = PARAMETERS.map((one) => [one.name, one.symbol]);
  const picks = {
    colour: pick("colour", "colour", Object.entries(COLOURS)),
    across: pick("across", "across", names),
    up: pick("up", "up", names),
    plane: pick("plane", "axes", [["log", "logarithmic"], ["figure3", "as in figure 3"]]),
  };
  host.append(h("div", { class: "icl-picks" }, ...Object.values(picks).map((one) => one.label)));

  const named = figure3.panels.map((one) =>
    h("button", { type: "button", class: "icl-chip", text: `3${one.label}`, onclick: () => store.change({ tau: one.tau, error: one.error, rho: one.rho }) }),
  );
  const buttons = h("div", { class: "icl-chips", role: "group", "aria-label": "Panels of figure 3" }, ...named);
  host.append(buttons);
  const isShown = (state, one) => asFigure3(state) && one.tau === state.tau && one.error === state.error;
  /** Curves of figure 2 that this panel of figure 3 marks. */
  const curvesOf = (state) => {
    const one = figure3.panels.find((panel) => isShown(state, panel));
    return one ? one.kappas.map((kappa, i) => ({ label: "ABCDE"[i], kappa, rho: one.rho })) : [];
  };

  const valueOf = (state, name) => (name === "lam" ? ridgeOf(state) : state[name]);
  const unlocked = (state) => (state.across === "lam" || state.up === "lam" ? { best: "" } : {});
  const axis = (state, name) => axisOf(state, name, figure3);
  const inside = (state, name, unit) => Number(axis(state, name).value(asFigure3(state) ? Math.max(unit, 0.002) : unit).toPrecision(3));
  const plot = chart(host, {
    name: "Map over two parameters",
    handle: "Point on the map",
    plane: true,
    canvas: true,
    ratio: 0.7,
    most: 420,
    drag(u, v) {
      const { across, up } = store.state;
      store.set({ [across]: inside(store.state, across, u), [up]: inside(store.state, up, v), ...unlocked(store.state) });
    },
    step(right, above) {
      const state = store.state;
      const change = {};
      for (const [name, by] of [[state.across, right], [state.up, above]]) {
        if (!by) continue;
        const value = valueOf(state, name);
        const scale = axis(state, name);
        change[name] = asFigure3(state) ? inside(state, name, Math.min(1, scale.unit(value) + by)) : moved(name, value, by);
      }
      store.set({ ...change, ...unlocked(state) });
    },
    end: () => store.commit(),
    draw: () => render(store.state, true),
  });
  const bar = h("div", { class: "icl-bar-legend" });
  const legend = h("ul", { class: "icl-legend" });
  host.append(bar, legend);

  let job = 0;
  let shown = null;
  let marks = [];
  const update = table(
    host,
    "Values on the map",
    () => [BY_NAME[store.state.across].symbol, BY_NAME[store.state.up].symbol, COLOURS[store.state.colour]],
    () => {
      const state = store.state;
      const found = [];
      for (const u of [0, 0.25, 0.5, 0.75, 1]) {
        for (const v of [0, 0.25, 0.5, 0.75, 1]) {
          const there = { [state.across]: inside(state, state.across, u), [state.up]: inside(state, state.up, v) };
          const value = coloured({ ...state, ...there, ...("lam" in there ? { best: "" } : {}) });
          found.push([...Object.values(there), state.colour === "term" ? TERMS[value].label : value]);
        }
      }
      return found;
    },
  );

  const paint = (values, [columns, rows], state) => {
    const context = plot.canvas.getContext("2d");
    plot.canvas.width = columns;
    plot.canvas.height = rows;
    const image = context.createImageData(columns, rows);
    const style = getComputedStyle(host);
    const rgb = (name) => {
      const text = style.getPropertyValue(name).trim();
      return [1, 3, 5].map((i) => parseInt(text.slice(i, i + 2), 16));
    };
    const terms = TERMS.map((_, i) => rgb(`--term-${i}`));
    const none = rgb("--none");
    const sorted = [...values].filter((v) => Number.isFinite(v) && v > 0).sort((a, b) => a - b);
    const range = asFigure3(state) && state.colour === "context" ? figure3.alphas : [quantile(sorted, 0.01) ?? 1, quantile(sorted, 0.97) ?? 10];
    const [low, high] = range.map(Math.log);
    const colour = (value) => {
      if (state.colour === "term") return terms[value];
      if (Number.isNaN(value) || (value === 0 && state.colour === "ridge")) return none;
      if (value <= 0) return none;
      const share = Math.min(1, Math.max(0, (Math.log(value) - low) / (high - low || 1)));
      return palette[Math.round(share * (palette.length - 1))];
    };
    for (let j = 0; j < rows; j += 1) {
      for (let i = 0; i < columns; i += 1) {
        // The first row of values is at the bottom.
        const at = 4 * ((rows - 1 - j) * columns + i);
        const [r, g, b] = colour(values[j * columns + i]);
        image.data.set([r, g, b, 255], at);
      }
    }
    context.putImageData(image, 0, 0);
    if (state.colour === "term") {
      bar.replaceChildren(...TERMS.map((term, i) => h("span", { class: "icl-patch" }, h("span", { class: `icl-key icl-key-term icl-term-${i}` }), ` ${term.label}`)));
      return;
    }
    const nothing = { error: "not positive", context: "no best context", ridge: "no ridge helps" }[state.colour];
    bar.replaceChildren(
      h("span", { text: format(Math.exp(low), 2) }),
      h("span", { class: "icl-ramp", style: `background: linear-gradient(to right, ${palette.map((c) => `rgb(${c})`).join(",")})` }),
      h("span", { text: `${format(Math.exp(high), 2)} and more` }),
      ...(sorted.length < values.length ? [h("span", { class: "icl-patch" }, h("span", { class: "icl-key icl-none" }), ` ${nothing}`)] : []),
    );
  };

  /** The state at a place of a grid; and at its places in turn. */
  const spots = (state, [columns, rows]) => {
    const [x, y] = [axis(state, state.across), axis(state, state.up)];
    const best = state.across === "lam" || state.up === "lam" ? { best: "" } : {};
    return (i, j) => ({
      ...state,
      ...best,
      [state.across]: x.value((i + 0.5) / columns),
      [state.up]: y.value((j + 0.5) / rows),
    });
  };
  const places = (state, size) => {
    const at = spots(state, size);
    return (index) => at(index % size[0], Math.floor(index / size[0]));
  };

  const outline = (state, size) => {
    const [columns, rows] = size;
    const spot = spots(state, size);
    const { left, top, width, height } = plot.inner();
    const found = boundaries(state, links);
    marks = [];
    const items = [];
    found.forEach((one, number) => {
      const segments = zeroes((i, j) => one.sign(spot(i, j)), columns, rows);
      if (!segments.length) return;
      const d = segments
        .map((ends) => ends.map(([i, j], k) => `${k ? "L" : "M"}${(left + ((i + 0.5) / columns) * width).toFixed(1)} ${(top + height - ((j + 0.5) / rows) * height).toFixed(1)}`).join(""))
        .join("");
      marks.push(svg("path", { class: "icl-halo", d }), svg("path", { class: `icl-boundary icl-boundary-${number % 4}`, d }));
      const text = h(one.link ? "a" : "span", { href: one.link, text: one.name });
      items.push(h("li", {}, h("span", { class: `icl-key icl-line-${number % 4}` }), " ", text));
    });
    for (const { label, kappa, rho } of curvesOf(state)) {
      const [cx, cy] = [plot.px(kappa), plot.py(rho)];
      marks.push(svg("circle", { class: "icl-point", cx, cy, r: 4 }), svg("text", { class: "icl-note", x: cx + 7, y: cy - 7, text: label }));
    }
    legend.replaceChildren(...items);
    plot.layers.marks.replaceChildren(...marks);
  };

  /** Colour the map: at once in coarse squares, then finely in pieces. */
  const colour = (state, fine) => {
    const mine = (job += 1);
    const coarse = places(state, COARSE);
    const first = Array.from({ length: COARSE[0] * COARSE[1] }, (_, index) => coloured(coarse(index)));
    paint(first, COARSE, state);
    outline(state, COARSE);
    if (!fine) return;
    const place = places(state, FINE);
    const values = new Array(FINE[0] * FINE[1]);
    let next = 0;
    const piece = () => {
      if (mine !== job) return;
      const start = performance.now();
      while (next < values.length && performance.now() - start < PIECE) {
        for (const stop = Math.min(values.length, next + 48); next < stop; next += 1) values[next] = coloured(place(next));
      }
      if (next < values.length) {
        setTimeout(piece);
        return;
      }
      paint(values, FINE, state);
      outline(state, FINE);
      host.dataset.fine = "yes";
    };
    host.dataset.fine = "no";
    setTimeout(piece);
  };

  function render(state, settled) {
    if (plot.width === 0) return;
    for (const [name, { box }] of Object.entries(picks)) box.value = state[name];
    buttons.hidden = !asFigure3(state);
    named.forEach((button, i) => button.setAttribute("aria-pressed", String(isShown(state, figure3.panels[i]))));
    const [x, y] = [BY_NAME[state.across], BY_NAME[state.up]];
    plot.axes(axis(state, state.across), axis(state, state.up), `${x.symbol} — ${x.about}`, `${y.symbol} — ${y.about}`);
    const free = { ...state, [state.across]: 1, [state.up]: 1, x: "", height: "" };
    const key = JSON.stringify(Object.entries(free).map(String));
    if (shown !== key + plot.width || (settled && host.dataset.fine !== "yes")) colour(state, settled);
    shown = key + plot.width;
    const [across, up] = [valueOf(state, state.across), valueOf(state, state.up)];
    const value = coloured(state);
    const text = state.colour === "term" ? TERMS[value].label : format(value);
    const unit = (name, at) => Math.min(1, Math.max(0, axis(state, name).unit(Math.max(at, 1e-300))));
    plot.hold(unit(state.across, across), unit(state.up, up), `${x.symbol} = ${format(across)}, ${y.symbol} = ${format(up)}: ${COLOURS[state.colour]} is ${text}`, unit(state.across, across));
    if (settled) update();
  }
  // Colours of terms differ between light and dark.
  new MutationObserver(() => {
    shown = null;
    render(store.state, true);
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return render;
};
