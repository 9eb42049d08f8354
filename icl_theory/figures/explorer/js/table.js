// The numbers of a plot as a table, folded until somebody asks for it.

import { h } from "./dom.js";
import { format } from "./numbers.js";

/** A folded table in `host`; `rows()` is called when it is opened, and when `update` is. */
export const table = (host, name, heads, rows) => {
  const body = h("tbody");
  const head = h("tr");
  const box = h(
    "div",
    { class: "icl-table", tabindex: 0, role: "region", "aria-label": name },
    h("table", {}, h("caption", { class: "icl-hidden", text: name }), h("thead", {}, head), body),
  );
  const details = h("details", {}, h("summary", { text: "Data" }), box);
  const update = () => {
    if (!details.open) return;
    head.replaceChildren(...heads().map((text) => h("th", { scope: "col", text })));
    body.replaceChildren(
      ...rows().map((row) =>
        h("tr", {}, ...row.map((cell) => h("td", { text: typeof cell === "number" ? format(cell, 6) : cell }))),
      ),
    );
  };
  details.addEventListener("toggle", update);
  host.append(details);
  return update;
};
