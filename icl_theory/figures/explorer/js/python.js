// The point as a program that prints what the page says of it.

import { python } from "./numbers.js";
import { errorsAt, ridgeOf } from "./solve.js";
import { DIRECTIONS, structuredAt } from "./structured.js";

/** Calls of the Python package: the errors of the sentence, then those of structured tasks. */
export const asPython = (state) => {
  const values = ["tau", "alpha", "kappa", "rho"].map((name) => [name, python(state[name])]);
  const call = values.map(([name, value]) => `${name}=${value}`).join(", ");
  const lines = values.some(([, value]) => value === "inf") ? ["from math import inf", ""] : [];
  lines.push(`from icl_theory import errors${state.best ? ", optimal_ridge" : ""}`, "");
  if (state.best) lines.push(`lam = optimal_ridge("${state.best}", ${call})`);
  const ridge = `lam=${state.best ? "lam" : python(state.lam)}`;
  const print = (now) => lines.push("print(e.icl, e.idg)", `# ${python(now.icl)} ${python(now.idg)}`);
  lines.push(`e = errors(${call}, ${ridge})`);
  print(errorsAt(state));
  const { p, peak, share, first, second, alpha_T, rho_T } = state;
  const tasks = {
    isotropic: "isotropic()",
    power: `power_law(${p}, d=${DIRECTIONS})`,
    spike: `spike(${peak}, ${share})`,
    atoms: `atoms([${first}, ${second}], [${share}, ${1 - share}])`,
  }[state.tasks];
  const shift = state.shift ? `, alpha_test=${alpha_T}, rho_test=${rho_T}` : "";
  lines.push("", "from icl_theory import Spectrum", "", `tasks = Spectrum.${tasks}`);
  lines.push(`e = errors(${call}, ${ridge}, tasks=tasks, test="${state.test}"${shift})`);
  print(structuredAt(state, ridgeOf(state)));
  return lines.join("\n");
};
