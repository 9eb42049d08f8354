// The point in words: numbers that can be dragged, what regime it is, and why.

import { keyed } from "./chart.js";
import { h } from "./dom.js";
import { findings } from "./findings.js";
import { followed } from "./gesture.js";
import { format } from "./numbers.js";
import { BY_NAME, moved } from "./parameters.js";
import { reason } from "./reason.js";
import { errorsAt, ridgeOf } from "./solve.js";

/** Share of the axis that a pixel, and an arrow key, move. */
const PIXEL = 0.0025;
const ARROW = 0.01;

/** A number in the text that is dragged sideways. */
const scrub = (name, store) => {
  const { symbol, about, scale } = BY_NAME[name];
  const number = h("span", {
    class: "icl-scrub",
    role: "slider",
    tabindex: 0,
    "aria-label": `${symbol}, ${about}`,
    "aria-valuemin": 0,
    "aria-valuemax": 1,
  });
  const value = () => (name === "lam" ? ridgeOf(store.state) : store.state[name]);
  const set = (next) => store.set({ [name]: next, ...(name === "lam" ? { best: "" } : {}) });
  number.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    number.focus({ preventScroll: true });
    const [from, start] = [event.clientX, scale.unit(Math.min(scale.infinity ? Infinity : scale.high, value()))];
    const move = (next) => {
      const unit = Math.min(1, Math.max(0, start + (next.clientX - from) * PIXEL));
      set(Number.isFinite(scale.value(unit)) ? Number(scale.value(unit).toPrecision(3)) : Infinity);
    };
    followed(number, event, move, () => store.commit());
  });
  number.addEventListener("keydown", (event) => {
    const move = keyed(event);
    if (move === null) return;
    event.preventDefault();
    set(moved(name, value(), (move[0] + move[1]) * ARROW));
  });
  number.addEventListener("keyup", (event) => {
    if (keyed(event) !== null) store.commit();
  });
  const update = () => {
    number.textContent = `${symbol} = ${format(value())}`;
    number.setAttribute("aria-valuenow", scale.unit(value()).toFixed(3));
    number.setAttribute("aria-valuetext", format(value()));
  };
  return { number, update };
};

export const sentence = (host, store) => {
  const scrubs = Object.fromEntries(["tau", "alpha", "kappa", "rho", "lam"].map((name) => [name, scrub(name, store)]));
  const [icl, idg] = [h("b"), h("b")];
  host.append(
    h(
      "p",
      { class: "icl-sentence" },
      "Pretrained on ",
      scrubs.tau.number,
      " sequences of length ",
      scrubs.alpha.number,
      " from ",
      scrubs.kappa.number,
      " tasks with noise ",
      scrubs.rho.number,
      " and ridge ",
      scrubs.lam.number,
      ", linear attention errs by ",
      icl,
      " on new tasks and by ",
      idg,
      " on those of pretraining.",
    ),
  );
  return (state) => {
    for (const one of Object.values(scrubs)) one.update();
    const now = errorsAt(state);
    icl.replaceChildren(h("span", { text: `e_ICL = ${format(now.icl)}` }));
    idg.replaceChildren(h("span", { text: `e_IDG = ${format(now.idg)}` }));
  };
};

/** What regime this is and why, with the claims that say so. */
export const reasons = (host, { links = {} }) => {
  const list = h("ul", { class: "icl-findings" });
  host.append(list);
  return (state) => {
    list.replaceChildren(
      ...findings(state).map((one) => reason(one, links)),
    );
  };
};
