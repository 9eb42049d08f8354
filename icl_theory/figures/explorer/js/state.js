// The point that all panels share, its history, and its place in the address of the page.

import { BY_NAME, FURTHER, NAMES } from "./parameters.js";
import { parse } from "./numbers.js";

/** Choices besides the parameters, each with its values; the first is the default. */
export const CHOICES = {
  error: ["icl", "idg", "gap", "train"],
  best: ["", "icl", "idg"],
  x: ["tau", "alpha", "kappa", "rho", "lam"],
  height: ["linear", "log"],
  across: ["kappa", "tau", "alpha", "rho", "lam"],
  up: ["tau", "alpha", "kappa", "rho", "lam"],
  colour: ["error", "term", "context", "ridge"],
  plane: ["log", "figure3"],
  tasks: ["isotropic", "power", "spike", "atoms"],
  test: ["matched", "isotropic", "reversed", "pretraining"],
  shift: ["", "own"],
  over: ["kappa", "tau", "alpha", "rho", "lam", "alpha_T", "rho_T"],
};

export const DEFAULT = {
  tau: 0.5,
  alpha: 10,
  kappa: 0.5,
  rho: 0.01,
  lam: 0,
  error: "icl",
  best: "",
  x: "tau",
  height: "linear",
  across: "kappa",
  up: "tau",
  colour: "error",
  plane: "log",
  tasks: "power",
  test: "isotropic",
  shift: "",
  over: "kappa",
  p: 0.9,
  peak: 10,
  share: 0.1,
  first: 2,
  second: 0.5,
  alpha_T: 100,
  rho_T: 0.01,
};

const NUMBERS = [...NAMES, ...FURTHER.map((one) => one.name)];

/** A state with what is missing or inadmissible in `given` taken from `base`. */
export const admitted = (given, base) => {
  const state = { ...base };
  for (const name of NUMBERS) {
    const value = typeof given[name] === "string" ? parse(given[name]) : given[name];
    if (value !== undefined && BY_NAME[name].admits(value)) state[name] = value;
  }
  for (const [name, values] of Object.entries(CHOICES)) {
    if (values.includes(given[name])) state[name] = given[name];
  }
  // The opposite order is another test only where all eigenvalues have the same weight.
  if (state.test === "reversed" && state.tasks !== "power") state.test = "matched";
  // Context and noise of the test have an axis only where they are its own.
  if (state.over.endsWith("_T") && state.shift === "") state.over = CHOICES.over[0];
  if (state.across === state.up) {
    state.up = CHOICES.up.find((name) => name !== state.across);
  }
  return state;
};

export const encoded = (state) =>
  [...NUMBERS, ...Object.keys(CHOICES)]
    .filter((name) => NAMES.includes(name) || state[name] !== DEFAULT[name])
    .map((name) => `${name}=${state[name] === Infinity ? "inf" : state[name]}`)
    .join("&");

export const decoded = (text) =>
  Object.fromEntries(
    text
      .replace(/^#/, "")
      .split("&")
      .filter((part) => part.includes("="))
      .map((part) => part.split("=").map(decodeURIComponent)),
  );

/**
 * Hold the state. `set` changes it while somebody drags; `commit` ends the gesture, which is what
 * `undo` takes back.
 */
export const store = (initial) => {
  let state = initial;
  let committed = initial;
  const past = [];
  const future = [];
  const listeners = [];
  const tell = (settled) => listeners.forEach((listener) => listener(state, settled));
  const same = (one, other) => encoded(one) === encoded(other);
  const go = (from, to) => {
    if (!from.length) return false;
    to.push(committed);
    state = committed = from.pop();
    tell(true);
    return true;
  };
  return {
    get state() {
      return state;
    },
    /** The last settled state before this one, for the ghost. */
    get before() {
      return past[past.length - 1] ?? null;
    },
    get committed() {
      return committed;
    },
    get depth() {
      return [past.length, future.length];
    },
    listen: (listener) => listeners.push(listener),
    set(change) {
      const next = admitted(change, state);
      if (same(next, state)) return;
      state = next;
      tell(false);
    },
    commit() {
      if (same(state, committed)) return;
      past.push(committed);
      future.length = 0;
      committed = state;
      tell(true);
    },
    change(change) {
      this.set(change);
      this.commit();
    },
    undo: () => go(past, future),
    redo: () => go(future, past),
  };
};
