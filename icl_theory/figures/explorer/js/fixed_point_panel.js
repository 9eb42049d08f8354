// The equation of the effective ridge: degrees of freedom used against those the data pay for.

import { chart } from "./chart.js";
import { svg } from "./dom.js";
import { entry, legendIn } from "./legend.js";
import { format } from "./numbers.js";
import { linear, logarithmic } from "./scales.js";
import { ridgeOf } from "./solve.js";
import { table } from "./table.js";
import { at_ridge, bounds, point, supply } from "./theory.js";

const XI_SAMPLES = 200;

export const fixedPointPanel = (host, store) => {
  const here = (state) => point(state.tau, state.alpha, state.kappa, state.rho, ridgeOf(state));
  const used = (state, xi) => at_ridge(state.tau, state.alpha, state.kappa, state.rho, xi);
  /** The axis holds still while its point is dragged. */
  const axisOf = (state) => {
    const { x } = point(state.tau, state.alpha, state.kappa, state.rho, 1);
    const { high } = bounds(state.tau, state.alpha, state.rho, 1e-3);
    const middle = Math.max(Math.min(high, 10), x, 0.05);
    return logarithmic(10 ** Math.floor(Math.log10(middle) - 2.5), 10 ** Math.ceil(Math.log10(middle) + 1.5), { zero: true });
  };
  const ridge = (state, xi) => {
    if (xi === 0) return 0;
    const { lam } = used(state, xi);
    return lam > 1e-9 ? Number(lam.toPrecision(3)) : 0;
  };
  const plot = chart(host, {
    name: "The equation of the effective ridge",
    handle: "Effective ridge ξ",
    drag: (u) => store.set({ lam: ridge(store.state, axisOf(store.state).value(u)), best: "" }),
    step(by) {
      const state = store.state;
      const xi = Math.max(here(state).xi, axisOf(state).low) * Math.exp(8 * by);
      store.set({ lam: ridge(state, xi), best: "" });
    },
    end: () => store.commit(),
    draw: () => render(store.state, true),
  });
  const legend = legendIn(host);
  const abscissae = (axis) => Array.from({ length: XI_SAMPLES + 1 }, (_, i) => axis.low * (axis.high / axis.low) ** (i / XI_SAMPLES));
  const update = table(
    host,
    "Both sides of the equation",
    () => ["ξ", "D₁", "used, D₁ + x m", "paid for, τ(1 − λ/ξ)"],
    () => {
      const state = store.state;
      const lam = ridgeOf(state);
      return abscissae(axisOf(state)).filter((_, i) => i % 10 === 0).map((xi) => {
        const { D1, degrees_used } = used(state, xi);
        return [xi, D1, degrees_used, supply(state.tau, lam, xi).supply];
      });
    },
  );

  function render(state, settled) {
    if (plot.width === 0) return;
    const lam = ridgeOf(state);
    const now = here(state);
    const axis = axisOf(state);
    const high = state.tau < 1 ? 1.1 : Math.min(1.1 * state.tau, 1.6);
    plot.axes(axis, linear(0, high), "ξ — effective ridge", "degrees of freedom / d²");
    const xs = abscissae(axis);
    const rows = xs.map((xi) => used(state, xi));
    const back = [];
    const floor = xs.map(() => 0);
    const first = rows.map((row) => row.D1);
    const total = rows.map((row) => row.degrees_used);
    back.push(svg("path", { class: "icl-term icl-term-1", d: plot.between(xs, floor, first) }));
    back.push(svg("path", { class: "icl-term icl-term-2", d: plot.between(xs, first, total) }));
    back.push(svg("path", { class: "icl-curve", d: plot.curve(xs, total) }));
    back.push(svg("path", { class: "icl-supply", d: plot.curve(xs, xs.map((xi) => supply(state.tau, lam, xi).supply)) }));
    const front = [];
    const { top, height, left, width } = plot.inner();
    const limits = bounds(state.tau, state.alpha, state.rho, lam);
    for (const [value, text, anchor] of [[limits.low, "ξ₋", "end"], [limits.high, "ξ₊", "start"]]) {
      const px = plot.px(value);
      if (!(value > 0) || px < left || px > left + width) continue;
      front.push(svg("line", { class: "icl-threshold", x1: px, x2: px, y1: top, y2: top + height }));
      front.push(svg("text", { class: "icl-note", x: px + (anchor === "end" ? -4 : 4), y: top + 12, "text-anchor": anchor, text }));
    }
    const xi = now.xi;
    const px = plot.px(xi > 0 ? Math.max(xi, axis.low) : 0);
    front.push(svg("line", { class: "icl-reading", x1: px, x2: px, y1: top, y2: top + height }));
    plot.layers.back.replaceChildren(...back);
    plot.layers.front.replaceChildren(...front);
    const unit = axis.unit(xi > 0 ? Math.max(xi, axis.low) : 0);
    plot.hold(unit, linear(0, high).unit(now.degrees_used), `ξ = ${format(xi)}, λ = ${format(lam)}, degrees of freedom ${format(now.degrees_used)}`, Math.min(1, unit));
    legend.replaceChildren(
      entry("icl-key-term icl-term-1", "of the tasks, D₁", format(now.D1)),
      entry("icl-key-term icl-term-2", "of the contexts’ noise, x m", format(now.context_degrees)),
      entry("icl-key-supply", "paid for, τ(1 − λ/ξ)", format(now.degrees_used)),
      entry("icl-key-blank", xi > 0 ? "root ξ" : "no root: all residuals count, ξ", format(xi)),
      entry("icl-key-blank", "share of a residual kept, r = λ/ξ", format(now.r)),
    );
    if (settled) update();
  }
  return render;
};
