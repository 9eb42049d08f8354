// The five parameters: names, ranges, and how a slider runs through them.

import { logarithmic } from "./scales.js";
import { rounded } from "./numbers.js";

const parameter = (name, symbol, about, low, high, ends, domain) => ({
  name,
  symbol,
  about,
  scale: logarithmic(low, high, ends),
  admits: (value) =>
    (value > 0 || (ends.zero && value === 0)) &&
    (name !== "share" || value < 1) &&
    (value <= 1e30 || (ends.infinity && value === Infinity)) &&
    (value >= 1e-30 || value === 0),
  domain,
});

export const PARAMETERS = [
  parameter("tau", "τ", "pretraining sequences, n/d²", 1e-2, 1e2, {}, "a number > 0"),
  parameter("alpha", "α", "context length, ℓ/d", 1e-1, 1e4, {}, "a number > 0"),
  parameter("kappa", "κ", "task diversity, k/d", 1e-2, 1e2, { infinity: true }, "a number > 0, or ∞"),
  parameter("rho", "ρ", "label noise", 1e-3, 1e2, { zero: true }, "a number ≥ 0"),
  parameter("lam", "λ", "ridge", 1e-6, 1e3, { zero: true }, "a number ≥ 0"),
];

/** Parameters of structured tasks and of tests that differ from pretraining. */
export const FURTHER = [
  parameter("p", "p", "exponent of the power law", 1e-1, 3, { zero: true }, "a number ≥ 0"),
  parameter("peak", "h", "height of the spike", 1e-2, 1e2, { zero: true }, "a number ≥ 0"),
  parameter("share", "w", "share of the first directions", 1e-2, 0.99, {}, "a number > 0 and < 1"),
  parameter("first", "c₁", "variance in the first directions", 1e-2, 1e2, {}, "a number > 0"),
  parameter("second", "c₂", "variance in the others", 1e-2, 1e2, { zero: true }, "a number ≥ 0"),
  parameter("alpha_T", "α_T", "context length of the test", 1e-1, 1e4, {}, "a number > 0"),
  parameter("rho_T", "ρ_T", "label noise of the test", 1e-3, 1e2, { zero: true }, "a number ≥ 0"),
];

export const BY_NAME = Object.fromEntries([...PARAMETERS, ...FURTHER].map((one) => [one.name, one]));
export const NAMES = PARAMETERS.map((one) => one.name);

/** The value a share of the axis away; the threshold is not stepped over. */
export const moved = (name, value, by) => {
  const { scale } = BY_NAME[name];
  const unit = Math.min(1, Math.max(0, scale.unit(value) + by));
  let next = scale.value(unit);
  // A step away from the place of 0 or ∞ lands on the first number.
  if (next === value && by !== 0) next = by > 0 ? (value === 0 ? scale.low : value) : (value === Infinity ? scale.high : value);
  return rounded(next);
};
