// Roots of the theory's functions: the best ridge, the turns in the context length.

import {
  balances,
  edge_icl_over_many,
  edge_icl_under_many,
  edge_idg_under_few,
  edge_idg_under_many,
  errors,
  fold,
  lines,
  ridge_many,
  turn_icl_over,
  turn_icl_under,
  turn_idg_under,
} from "./theory.js";

/** Where an increasing test turns true between two logarithms, to the last bit. */
const bisected = (low, high, test) => {
  for (let i = 0; i < 100; i += 1) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (test(middle)) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
};

/** The ridge at which an error is least: 0 where any ridge does harm. */
export const bestRidge = (error, tau, alpha, kappa, rho) => {
  const rises = (lam) => balances(tau, alpha, kappa, rho, lam)[error] > 0;
  if (tau !== 1 && rises(0)) return 0;
  let here = Math.log(ridge_many(tau, alpha, rho).lam);
  const above = rises(Math.exp(here));
  for (;;) {
    const further = here + (above ? -2 : 2);
    if (further < -64) return 0;
    if (rises(Math.exp(further)) !== above) {
      const [low, high] = above ? [further, here] : [here, further];
      return Math.exp(bisected(low, high, (s) => rises(Math.exp(s))));
    }
    here = further;
  }
};

const TURN = { icl_under: turn_icl_under, idg_under: turn_idg_under, icl_over: turn_icl_over };
const EDGE = {
  icl_under_many: edge_icl_under_many,
  idg_under_few: edge_idg_under_few,
  idg_under_many: edge_idg_under_many,
  icl_over_many: edge_icl_over_many,
};
const REACH = 80;

/** Which curve rho_star(u) holds: null where the error falls with the context at every noise. */
const curve = (error, tau, kappa) => {
  const side = tau < 1 ? "under" : "over";
  const turn = TURN[`${error}_${side}`];
  if (tau === 1 || kappa === Infinity || turn === undefined) return null;
  const { end, fold: folds } = lines(tau, kappa);
  const many = side === "under" ? end < 1 : end <= 1;
  const leverage = (s) => Math.min(end, 1) / (1 + Math.exp(-s));
  const edge = EDGE[`${error}_${side}_${many ? "many" : "few"}`]?.(tau, kappa).rho ?? 0;
  // With few tasks above the threshold the curve climbs to a maximum, a root of the fold polynomial.
  const folded = error === "icl" && side === "over" && !many && folds > 0;
  const top = folded
    ? bisected(-REACH, REACH, (s) => fold(leverage(s), tau, kappa).fold >= 0)
    : null;
  return { at: (s, rho) => turn(leverage(s), tau, kappa, rho), edge, top };
};

/** Label noises between which a ridgeless error has a best context; null where there are none. */
export const noiseEdge = (error, tau, kappa) => {
  const found = curve(error, tau, kappa);
  if (found === null) return null;
  return { lower: found.edge, upper: found.top === null ? Infinity : found.at(found.top, 0).rho };
};

/** Minimum and maximum of a ridgeless error in the context length, NaN where there is none. */
export const contextTurns = (error, tau, kappa, rho) => {
  const found = curve(error, tau, kappa);
  const turns = { minimum: NaN, maximum: NaN };
  if (found === null) return turns;
  const { at, edge, top } = found;
  if (top !== null && rho >= at(top, 0).rho) return turns;
  if (rho > edge) {
    turns.minimum = at(bisected(top ?? -REACH, REACH, (s) => at(s, rho).rho <= rho), rho).alpha;
  }
  if (top !== null) {
    turns.maximum = at(bisected(-REACH, top, (s) => at(s, rho).rho >= rho), rho).alpha;
  }
  return turns;
};

/** The ridge of a state, which may be locked to the best one. */
export const ridgeOf = (state) =>
  state.best
    ? bestRidge(state.best, state.tau, state.alpha, state.kappa, state.rho)
    : state.lam;

/** All fields at a state, some parameters replaced. */
export const errorsAt = (state, replaced = {}) => {
  const here = { ...state, ...replaced };
  const best = state.best && !("lam" in replaced);
  const lam = best ? ridgeOf(here) : here.lam;
  return errors(here.tau, here.alpha, here.kappa, here.rho, lam);
};
