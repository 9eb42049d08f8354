// The spectrum of the task covariance, and how much of it the regression uses.

import { chart } from "./chart.js";
import { svg } from "./dom.js";
import { entry, legendIn } from "./legend.js";
import { ceiling, format } from "./numbers.js";
import { linear } from "./scales.js";
import { ridgeOf } from "./solve.js";
import { table } from "./table.js";
import { at_ridge, density, point, shrinkage, spectrum } from "./theory.js";

const DENSITY_SAMPLES = 240;
// Pixels that the longest note takes.
const NOTE = 240;

/** The ridge at which the argument of the spectrum is nu; 0 where none makes it so small. */
export const ridgeAt = (state, nu) => {
  const { x } = point(state.tau, state.alpha, state.kappa, state.rho, 1);
  const { lam } = at_ridge(state.tau, state.alpha, state.kappa, state.rho, nu - x);
  return nu > x && lam > 1e-9 ? Number(lam.toPrecision(3)) : 0;
};

export const spectrumPanel = (host, store) => {
  const here = (state) => point(state.tau, state.alpha, state.kappa, state.rho, ridgeOf(state));
  const axisOf = (state) => linear(0, ceiling(Math.max(1.05 * spectrum(state.kappa).upper, 2)));
  const plot = chart(host, {
    name: "Spectrum of the task covariance and what is kept of it",
    handle: "Eigenvalue of which half is kept, ν",
    drag: (u) => store.set({ lam: ridgeAt(store.state, axisOf(store.state).value(u)), best: "" }),
    step(by) {
      const state = store.state;
      const { nu } = here(state);
      store.set({ lam: ridgeAt(state, nu * Math.exp(4 * by)), best: "" });
    },
    end: () => store.commit(),
    draw: () => render(store.state, true),
  });
  const legend = legendIn(host);

  /** Eigenvalues, closer together at the edges of the bulk. */
  const abscissae = (lower, upper) =>
    Array.from({ length: DENSITY_SAMPLES + 1 }, (_, i) => lower + (upper - lower) * (0.5 - 0.5 * Math.cos((Math.PI * i) / DENSITY_SAMPLES)));

  const update = table(
    host,
    "Density and shrinkage",
    () => ["eigenvalue s", "density", "kept, s/(s + ν)"],
    () => {
      const state = store.state;
      const { lower, upper } = spectrum(state.kappa);
      const { nu } = here(state);
      return Array.from({ length: 25 }, (_, i) => lower + ((upper - lower) * (i + 0.5)) / 25).map((s) => [s, density(s, state.kappa).density, shrinkage(s, nu).kept]);
    },
  );

  function render(state, settled) {
    if (plot.width === 0) return;
    const now = here(state);
    const { lower, upper, zero } = spectrum(state.kappa);
    const x = axisOf(state);
    const xs = abscissae(lower, upper);
    const height = (s) => {
      const value = density(s, state.kappa).density;
      return Number.isFinite(value) && s > 0 ? value : NaN;
    };
    const values = xs.map(height);
    const sorted = values.filter((v) => v >= 0).sort((a, b) => a - b);
    const most = upper - lower < 1e-9 ? 1 : Math.min(sorted[sorted.length - 1], 6 * sorted[Math.floor(sorted.length / 2)]);
    const tall = ceiling(1.1 * most);
    plot.axes(x, linear(0, tall), "s — eigenvalue of the task covariance R", "density");
    const back = [];
    const floor = xs.map(() => 0);
    const clean = values.map((v) => (Number.isNaN(v) ? 0 : v));
    back.push(svg("path", { class: "icl-density", d: plot.between(xs, floor, clean) }));
    const used = xs.map((s, i) => clean[i] * shrinkage(s, now.nu).kept);
    back.push(svg("path", { class: "icl-used", d: plot.between(xs, floor, used) }));
    back.push(svg("path", { class: "icl-curve", d: plot.curve(xs, clean) }));
    // What is kept runs from 0 to 1 over the whole height.
    const all = Array.from({ length: 121 }, (_, i) => (x.high * i) / 120);
    back.push(svg("path", { class: "icl-kept", d: plot.curve(all, all.map((s) => shrinkage(s, now.nu).kept * tall)) }));

    const front = [];
    const { left, top, width, height: down } = plot.inner();
    const notes = [];
    // Under the curve of what is kept, unless that is low itself.
    const under = down * (1 - shrinkage(x.value(Math.max(0.1, 1 - NOTE / width)), now.nu).kept) + 8;
    const note = (text) => {
      const y = top + 16 + 18 * notes.length + (under < down / 2 ? under : 0);
      notes.push(svg("text", { class: "icl-note", x: left + width - 6, y, "text-anchor": "end", text }));
    };
    const arrow = (s, mass, text) => {
      const px = plot.px(s);
      const py = top + down * (1 - 0.92 * mass);
      front.push(svg("line", { class: "icl-atom", x1: px, x2: px, y1: top + down, y2: py }));
      front.push(svg("path", { class: "icl-atom-head", d: `M${px - 5} ${py + 6}L${px} ${py - 4}L${px + 5} ${py + 6}Z` }));
      note(text);
    };
    if (zero > 0) arrow(0, zero, `arrow: ${format(100 * zero, 3)} % of directions have no task`);
    if (upper - lower < 1e-9) arrow(1, 1, "all eigenvalues are 1");
    const half = Math.min(now.nu, x.high);
    const px = plot.px(half);
    front.push(svg("line", { class: "icl-reading", x1: px, x2: px, y1: top, y2: top + down }));
    note(`point: half is kept at s = ν = ${format(now.nu, 3)}`);
    front.push(...notes);
    plot.layers.back.replaceChildren(...back);
    plot.layers.front.replaceChildren(...front);
    plot.hold(x.unit(half), 0.5, `ν = ${format(now.nu)}, λ = ${format(ridgeOf(state))}`, x.unit(half));

    legend.replaceChildren(
      entry("icl-key-density", "density of the eigenvalues of R"),
      entry("icl-key-used", "used: D₁ = tr R(R + ν)⁻¹/d", format(now.D1)),
      entry("icl-key-kept", "kept of each, s/(s + ν)"),
      entry("icl-key-blank", "D₂ = tr R²(R + ν)⁻²/d", format(now.D2)),
      entry("icl-key-blank", "seen tasks’ leverage γ = D₁²/κ", format(now.gamma)),
    );
    if (settled) update();
  }
  return render;
};
