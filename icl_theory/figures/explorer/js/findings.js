// What regime a point is in, in sentences, each with the claim that decides it.

import { format } from "./numbers.js";
import { bestRidge, contextTurns, errorsAt, ridgeOf } from "./solve.js";
import { floors, lines, point, slopes } from "./theory.js";
import { TERMS } from "./words.js";

const training = (state, lam, now) => {
  const { threshold } = lines(state.tau, state.kappa);
  if (lam > 0) {
    const { xi, r } = point(state.tau, state.alpha, state.kappa, state.rho, lam);
    return {
      text: `The ridge acts on the data like an effective ridge ξ = ${format(xi, 3)}, and leaves ${format(100 * r, 3)} % of a test residual in training.`,
      claim: "training-error",
    };
  }
  if (threshold === 0) {
    return { text: "There are as many sequences as weights: both test errors are infinite.", claim: "interpolation-peak-under" };
  }
  const side = threshold < 0 ? "under" : "over";
  if (Math.abs(threshold) < 0.2) {
    return { text: "There are nearly as many sequences as weights: both test errors grow like 1/|1 − τ|.", claim: `interpolation-peak-${side}` };
  }
  return side === "under"
    ? { text: "There are fewer sequences than weights (τ < 1), so the weights fit all of them: the training error is 0.", claim: "ridgeless-train-under" }
    : { text: `There are more sequences than weights (τ > 1): the training error is ${format(now.train, 3)}.`, claim: "ridgeless-train-over" };
};

const diversity = (state, lam) => {
  const { threshold, diversity: excess } = lines(state.tau, state.kappa);
  if (lam > 0 || threshold === 0 || state.rho === 0) return null;
  const side = threshold < 0 ? "under" : "over";
  const needed = side === "under" ? "τ" : "1";
  if (excess < 0) {
    return { text: `There are too few tasks (κ < ${needed}): with ever longer contexts e_ICL grows in proportion to α.`, claim: `context-growth-${side}` };
  }
  if (excess === 0) {
    return { text: `There are just as many tasks as needed (κ = ${needed}): with ever longer contexts e_ICL grows like √α.`, claim: `context-line-${side}-growth` };
  }
  const limit = errorsAt(state, { alpha: Infinity }).icl;
  return { text: `There are enough tasks (κ > ${needed}): with ever longer contexts e_ICL tends to ${format(limit, 3)}.`, claim: `context-enough-${side}` };
};

const dominant = (state, now) => {
  if (now.icl === Infinity) return null;
  const most = TERMS.reduce((a, b) => (now[b.name] > now[a.name] ? b : a));
  const share = Math.round((100 * now[most.name]) / now.icl);
  return { text: `${share} % of e_ICL is ${most.label}: ${most.why}.`, claim: "four-terms-positive" };
};

const context = (state, lam) => {
  if (lam > 0) return null;
  const { minimum, maximum } = contextTurns("icl", state.tau, state.kappa, state.rho);
  const side = state.tau < 1 ? "under" : "over";
  const claim = Number.isNaN(maximum) ? `context-minimum-icl-${side}` : "context-fold";
  if (Number.isNaN(minimum)) return null;
  if (state.alpha > minimum * 1.001) {
    return { text: `The context is too long: e_ICL was least at α* = ${format(minimum, 3)}, and more of it hurts.`, claim };
  }
  if (state.alpha < maximum) {
    return { text: `A little more context hurts, up to α = ${format(maximum, 3)}; a lot more helps, up to α* = ${format(minimum, 3)}.`, claim };
  }
  return { text: `More context helps, up to α* = ${format(minimum, 3)}; beyond that it hurts.`, claim };
};

const data = (state, lam) => {
  if (lam === 0 && state.tau === 1) return null;
  if (!(slopes(state.tau, state.alpha, state.kappa, state.rho, lam).icl_tau > 0)) return null;
  return { text: "More pretraining sequences make e_ICL worse here: this is the climb to the threshold.", claim: "interpolation-peak-under" };
};

const ridge = (state, lam, now) => {
  const best = bestRidge("icl", state.tau, state.alpha, state.kappa, state.rho);
  const least = errorsAt({ ...state, best: "" }, { lam: best }).icl;
  if (best === 0) return { text: "No ridge would lower e_ICL.", claim: "optimal-ridge-icl" };
  if (state.best === "icl") return { text: `The ridge is held at the best one for e_ICL, λ* = ${format(best, 3)}.`, claim: "optimal-ridge-icl" };
  const saved = now.icl === Infinity ? "" : ` instead of ${format(now.icl, 3)}`;
  return { text: `With the best ridge, λ* = ${format(best, 3)}, e_ICL would be ${format(least, 3)}${saved}.`, claim: "optimal-ridge-icl" };
};

const gap = (now) =>
  now.gap < 0
    ? { text: `New tasks are easier than pretraining tasks here: g_task = ${format(now.gap, 3)}.`, claim: "gap-negative-example" }
    : null;

const floor = (state, now) => {
  const { bayes } = floors(state.alpha, state.rho);
  if (now.icl === Infinity || !(bayes > 0)) return null;
  return { text: `No in-context learner errs by less than ${format(bayes, 3)}; this is ${format(now.icl / bayes, 2)} times as much.`, claim: "bayes-error" };
};

export const findings = (state) => {
  const lam = ridgeOf(state);
  const now = errorsAt(state);
  return [
    dominant(state, now),
    training(state, lam, now),
    diversity(state, lam),
    context(state, lam),
    data(state, lam),
    gap(now),
    ridge(state, lam, now),
    floor(state, now),
  ].filter((one) => one !== null);
};
