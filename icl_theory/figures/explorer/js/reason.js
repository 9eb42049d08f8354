// What is said of a point, with the claim that says so.

import { h } from "./dom.js";

/** A sentence, and a link to the claim that says so. */
export const reason = ({ text, claim }, links) =>
  h(
    "li",
    {},
    h("span", { text: `${text} ` }),
    links[claim] ? h("a", { class: "icl-why", href: links[claim], title: claim, text: "why", "aria-label": `why: claim ${claim}` }) : null,
  );
