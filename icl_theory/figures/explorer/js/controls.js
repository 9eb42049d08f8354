// Sliders with number fields, one row for each parameter.

import { h, unique } from "./dom.js";
import { format, parse, python } from "./numbers.js";
import { BY_NAME, moved } from "./parameters.js";
import { errorsAt, ridgeOf } from "./solve.js";
import { DIRECTIONS, isStructured, structuredAt } from "./structured.js";

const STEPS = 400;

export const row = (name, store) => {
  const { symbol, about, scale, admits, domain } = BY_NAME[name];
  const [slider, field, fault] = [unique("slider"), unique("field"), unique("fault")];
  const value = () => (name === "lam" ? ridgeOf(store.state) : store.state[name]);
  const set = (next) => store.set({ [name]: next, ...(name === "lam" ? { best: "" } : {}) });
  const range = h("input", { type: "range", id: slider, min: 0, max: STEPS, step: 1 });
  const text = h("input", { type: "text", id: field, inputmode: "decimal", autocomplete: "off", "aria-label": `${symbol}, as a number`, "aria-describedby": fault });
  const message = h("span", { class: "icl-fault", id: fault, role: "alert" });
  range.addEventListener("input", () => {
    const next = scale.value(range.value / STEPS);
    set(Number.isFinite(next) ? Number(next.toPrecision(3)) : next);
  });
  range.addEventListener("change", () => store.commit());
  range.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (way === undefined) return;
    event.preventDefault();
    set(moved(name, value(), (way * (event.shiftKey ? 10 : 1)) / STEPS));
  });
  range.addEventListener("keyup", (event) => {
    if (event.key.startsWith("Arrow")) store.commit();
  });
  const read = () => {
    const next = parse(text.value);
    const good = admits(next);
    message.textContent = good ? "" : `${symbol} must be ${domain}`;
    text.setAttribute("aria-invalid", String(!good));
    if (!good) return;
    // What the field shows is rounded; leaving it as it is changes nothing.
    if (text.value !== text.dataset.shown) set(next);
    store.commit();
  };
  text.addEventListener("change", read);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter") read();
  });
  const element = h(
    "div",
    { class: "icl-row" },
    h("label", { for: slider }, h("b", { text: symbol }), ` ${about}`),
    range,
    text,
    message,
  );
  const update = () => {
    const now = value();
    const unit = scale.unit(now);
    range.value = Math.round(STEPS * Math.min(1, Math.max(0, now === 0 ? 0 : now === Infinity ? 1 : unit)));
    range.setAttribute("aria-valuetext", format(now));
    if (document.activeElement !== text || text.dataset.shown !== text.value) {
      text.value = now === Infinity ? "∞" : String(Number(Number(now).toPrecision(6)));
      text.dataset.shown = text.value;
      message.textContent = "";
      text.setAttribute("aria-invalid", "false");
    }
  };
  return { element, update };
};

/** A choice among `options`, pairs of value and text; `change` takes the value. */
export const picker = (label, options, change) => {
  const box = h(
    "select",
    { onchange: (event) => change(event.target.value) },
    ...options.map(([value, text]) => h("option", { value, text })),
  );
  return { box, label: h("label", { class: "icl-pick" }, label, box) };
};

/** Rows for some parameters in `host`. */
export const sliders = (host, store, names) => {
  const rows = names.map((name) => row(name, store));
  host.append(...rows.map((one) => one.element));
  return () => rows.forEach((one) => one.update());
};

/** The lock that holds the ridge at the best one. */
export const ridgeLock = (host, store) => {
  const options = [["", "as set"], ["icl", "best for new tasks"], ["idg", "best for pretraining tasks"]];
  const { box, label } = picker("hold the ridge", options, (best) => {
    store.change({ best, lam: Number(ridgeOf(store.state).toPrecision(3)) });
  });
  host.append(label);
  return (state) => {
    box.value = state.best;
  };
};

/** A state as a call of the Python package, which prints the two errors of the sentence. */
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
  if (isStructured(state)) {
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
  }
  return lines.join("\n");
};
