// Sliders with number fields, one row for each parameter.

import { h, spoken, unique } from "./dom.js";
import { format, parse } from "./numbers.js";
import { BY_NAME, moved } from "./parameters.js";
import { ridgeOf } from "./solve.js";

const STEPS = 400;

export const row = (name, store) => {
  const { symbol, about, scale, admits, domain } = BY_NAME[name];
  const [slider, field, fault] = [unique("slider"), unique("field"), unique("fault")];
  const value = () => (name === "lam" ? ridgeOf(store.state) : store.state[name]);
  const set = (next) => store.set({ [name]: next, ...(name === "lam" ? { best: "" } : {}) });
  const range = h("input", { type: "range", id: slider, min: 0, max: STEPS, step: 1 });
  const text = h("input", { type: "text", id: field, inputmode: "decimal", autocomplete: "off", "aria-label": `${spoken(symbol)}, as a number`, "aria-describedby": fault });
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
    message.replaceChildren(h("span", { text: good ? "" : `${symbol} must be ${domain}` }));
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
