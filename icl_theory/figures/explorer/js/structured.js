// The theory for structured tasks: spectra, the state by Newton's iteration, the fields.

import {
  structured_bound,
  structured_cost,
  structured_fresh,
  structured_inside,
  structured_node,
  structured_ratios,
  structured_seen,
  structured_state,
  structured_step,
  structured_terms,
} from "./theory.js";

/** Directions of a power law. */
export const DIRECTIONS = 100;
/** As in Python: a step below the first is the last one, steps are no longer, and no more. */
const [LAST_STEP, LONGEST, NEWTON_STEPS, BISECTIONS] = [1e-9, 4, 40, 200];

/** Eigenvalues c of a state's tasks, falling, with weights w and the test's variances s. */
const atoms = (state) => {
  const of = (values, weights) => values.map((c, i) => ({ c, w: weights ? weights[i] : 1 / values.length }));
  if (state.tasks === "power") {
    const values = Array.from({ length: DIRECTIONS }, (_, i) => (i + 1) ** -state.p);
    const mean = values.reduce((sum, one) => sum + one, 0) / DIRECTIONS;
    return of(values.map((one) => one / mean));
  }
  const shares = [state.share, 1 - state.share];
  if (state.tasks === "spike") {
    const level = 1 / (1 - state.share + state.peak * state.share);
    return of([state.peak * level, level], shares);
  }
  return state.tasks === "atoms" ? of([state.first, state.second], shares) : of([1]);
};

/** The joint spectrum of tasks and test, with its means. */
export const spectrumOf = (state) => {
  const nodes = atoms(state);
  // In the opposite order, which is another test only where all weights are equal.
  const reversed = nodes.map(({ c }) => c).reverse();
  const tested = { isotropic: () => 1, reversed: (_, i) => reversed[i] }[state.test] ?? (({ c }) => c);
  const joint = nodes.map((node, i) => ({ ...node, s: tested(node, i) })).sort((a, b) => b.c - a.c);
  // Shares of the directions with the first eigenvalues; those of equal weights without rounding.
  let sum = 0;
  const above = [0, ...joint.map(({ w }, i) => (state.tasks === "power" ? (i + 1) / DIRECTIONS : (sum += w)))];
  const mean = (key) => joint.reduce((total, node) => total + node.w * node[key], 0);
  return { nodes: joint, above, theta: mean("c"), theta_test: mean("s") };
};

const averaged = ({ nodes, above }, u) => {
  const sums = [0, 0, 0];
  let count = 0;
  for (const { c, w } of nodes) {
    const one = structured_node(c, u);
    sums[0] += w * one.spread;
    sums[1] += w * one.signed;
    sums[2] += w * one.unused;
    if (one.above) count += 1;
  }
  return [above[count], ...sums];
};

/** Effective ridge xi and u = nu/t. */
export const solved = (spectrum, tau, x, kappa, lam, steps = NEWTON_STEPS) => {
  const { theta } = spectrum;
  const free = lam > 0 || tau < 1;
  const step = (xi, u) => structured_step(xi, u, ...averaged(spectrum, u), tau, x, kappa, lam);
  const inside = (u, xi) => structured_inside(u, xi, x, kappa, theta).u;
  const between = (xi) => Math.sqrt(inside(0, xi)) * Math.sqrt(inside(Infinity, xi));
  const bounded = (value, low, high) => Math.min(Math.max(value, low), high);
  const [low, high] = [0, theta].map((level) => structured_bound(level, tau, x, lam).bound);
  let xi = free ? Math.sqrt(low) * Math.sqrt(high) || high : 0;
  let u = between(xi);
  for (let i = 0; i < steps; i += 1) {
    const by = step(xi, u);
    const done = Math.abs(by.xi) < LAST_STEP && Math.abs(by.u) < LAST_STEP;
    const moved = xi * Math.exp(bounded(by.xi, -LONGEST, LONGEST));
    xi = done || !free ? moved : bounded(moved, low, high);
    u = inside(u * Math.exp(bounded(by.u, -LONGEST, LONGEST)), xi);
    if (done) return { xi, u };
  }
  return nested(step, inside, free, low, high);
};

/** The slow and certain way: bisection of log xi, and of log u inside of it. */
const nested = (step, inside, free, low, high) => {
  const halved = (from, to, right) => {
    let [a, b] = [Math.log(from), Math.log(to)];
    if (a === -Infinity) a = b - 100;
    for (let i = 0; i < BISECTIONS && b - a > 4e-16 * Math.abs(a + b); i += 1) {
      const middle = (a + b) / 2;
      if (right(Math.exp(middle))) a = middle;
      else b = middle;
    }
    return Math.exp((a + b) / 2);
  };
  const inner = (xi) => halved(inside(0, xi), inside(Infinity, xi), (u) => step(xi, u).inner > 0);
  let xi = free ? halved(low, high, (one) => step(one, inner(one)).xi > 0) : 0;
  let u = inner(xi);
  for (let i = 0; i < 2; i += 1) {
    const by = step(xi, u);
    xi *= Math.exp(by.xi);
    u *= Math.exp(by.u);
  }
  return { xi, u };
};

/** The share of an eigenvalue that is kept. */
export const kept = (c, u) => 1 - structured_node(c, u).unused;

/** Context and noise of the test. */
export const testOf = (state) =>
  state.shift === "own" ? [state.alpha_T, state.rho_T] : [state.alpha, state.rho];

/** All fields of structured tasks at a state with the ridge lam, and what they are made of. */
export const structuredAt = (state, lam, spectrum = spectrumOf(state)) => {
  const { tau, alpha, kappa, rho } = state;
  const [alpha_T, rho_T] = testOf(state);
  const { x_C, x_T, x_P } = structured_ratios(spectrum.theta, spectrum.theta_test, alpha, alpha_T, rho, rho_T);
  const { xi, u } = solved(spectrum, tau, x_C, kappa, lam);
  const { nu, t, r } = structured_state(xi, u, tau, x_C, lam);
  const names = ["mean_cG", "mean_GG", "mean_cGG", "mean_ccGG", "mean_sGG", "mean_scGG"];
  const sums = Object.fromEntries(names.map((name) => [name, 0]));
  for (const { c, w, s } of spectrum.nodes) {
    const terms = structured_terms(c, s, t, nu);
    for (const name of names) sums[name] += w * terms[name];
  }
  const averages = [sums.mean_GG, sums.mean_cGG, sums.mean_ccGG, sums.mean_sGG, sums.mean_scGG];
  const given = (share) => [tau, rho, rho_T, x_C, x_T, x_P, 1 / kappa, sums.mean_cG, nu, share, xi, ...averages];
  const fields = state.test === "pretraining" ? structured_seen : structured_fresh;
  const found = fields(...given(r));
  if (lam === 0 && tau === 1) {
    // Both errors diverge, and the gap has the sign of the difference of what they diverge with.
    const finite = fields(...given(1));
    found.train = 0;
    found.gap = finite.pretraining_variance > finite.idg ? Infinity : -Infinity;
  }
  // A test on the pretraining distribution itself.
  if (state.test === "pretraining" && state.shift === "") found.gap = 0;
  const cost = (c) => structured_cost(c, alpha_T, ...given(r));
  return { ...found, u, nu, cost };
};
