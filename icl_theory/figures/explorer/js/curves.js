// What plots of errors along an axis share: where to evaluate, how high to draw, the stacked terms.

import { svg } from "./dom.js";
import { ceiling } from "./numbers.js";
import { BY_NAME } from "./parameters.js";
import { TERMS } from "./words.js";

/** Values of one parameter along its axis, thresholds and both of their sides included. */
export const abscissae = (name, state, count) => {
  const { scale } = BY_NAME[name];
  const span = Math.log(scale.high / scale.low);
  const found = Array.from({ length: count }, (_, i) => scale.low * Math.exp((i / (count - 1)) * span));
  const special = { tau: [1, state.kappa], kappa: [1, Math.min(state.tau, 1)] }[name] ?? [];
  for (const at of special.filter((one) => one > scale.low && one < scale.high)) {
    found.push(at);
    for (const by of [1e-4, 1e-3, 3e-3, 6e-3, 1e-2, 1.5e-2, 2e-2]) found.push(at * (1 - by), at * (1 + by));
  }
  return found.sort((a, b) => a - b);
};

/** The height at which the plot is cut: divergences leave it, the point stays inside. */
export const top = (values, here) => {
  const finite = values.filter(Number.isFinite).sort((a, b) => a - b);
  // At the threshold without a ridge no value may be finite, whatever the axis.
  if (finite.length === 0) return 1;
  const most = finite[finite.length - 1];
  const usual = finite[Math.floor(finite.length * 0.8)];
  const bound = most <= 3 * usual ? most : 2.4 * usual;
  return ceiling(Math.max(bound, Number.isFinite(here) ? Math.min(1.1 * here, 30 * usual) : 0, 1e-6));
};

/** The four terms of the error in `rows`, one on another from `bottom`, nothing below which is drawn. */
export const stacked = (plot, xs, rows, bottom) => {
  const lowest = (value) => Math.max(value, bottom);
  let low = rows.map(() => bottom);
  let sums = rows.map(() => 0);
  return TERMS.map((term, i) => {
    sums = sums.map((sum, j) => sum + rows[j][term.name]);
    const high = sums.map(lowest);
    const area = svg("path", { class: `icl-term icl-term-${i}`, d: plot.between(xs, low, high) });
    low = high;
    return area;
  });
};
