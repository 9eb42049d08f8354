// What the lines and areas of a plot are, with the numbers at the point.

import { h } from "./dom.js";

/** One entry: its key, a label, a number. */
export const entry = (kind, label, number = "") =>
  h("li", {}, h("span", { class: `icl-key ${kind}` }), " ", h("span", { text: label }), " ", h("b", { text: number }));

/** An empty legend at the end of `host`. */
export const legendIn = (host) => {
  const list = h("ul", { class: "icl-legend" });
  host.append(list);
  return list;
};
