// A formula in words, for those who hear the page: "D sub 1 equals fraction t m over nu squared".
//
// It walks MathJax's tree.  Speech Rule Engine, which knows a dozen languages and dialects of this,
// takes several times as long as the drawing, for thousands of formulas.
"use strict";

const GREEK =
  "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau " +
  "upsilon phi chi psi omega";

const WORDS = {
  "=": "equals", "≠": "is not equal to", "≔": "is defined as", "≡": "is identical to", "≈": "is about",
  "∼": "is asymptotic to", "≃": "is asymptotic to", "∝": "is proportional to", "≍": "is of the order of",
  "<": "is less than", ">": "is greater than", "≤": "is at most", "≥": "is at least", "≪": "is much less than",
  "≫": "is much greater than", "+": "plus", "−": "minus", "-": "minus", "±": "plus or minus", "∓": "minus or plus",
  "×": "times", "⋅": "times", "·": "times", "∗": "star", "⋆": "star", "∘": "composed with", "⊗": "tensor", "/": "over",
  "→": "to", "⟶": "to", "↦": "maps to", "⟼": "maps to", "⇒": "implies", "⟹": "implies", "⟺": "if and only if",
  "⇔": "if and only if", "↑": "from below", "↓": "from above", "←": "from", "∈": "in", "∉": "not in", "⊂": "subset of",
  "⊆": "subset of", "∪": "union", "∩": "intersection", "∖": "without", "∅": "empty set", "∀": "for all", "∃": "there is",
  "∧": "and", "∨": "or", "¬": "not", "∞": "infinity", "∂": "partial", "∇": "nabla", "∫": "integral", "∑": "sum",
  "∏": "product", "√": "root", "′": "prime", "″": "double prime", "†": "dagger", "⊤": "transpose", "∥": "norm", "‖": "norm",
  "|": "bar", "∣": "bar", "⟨": "angle", "⟩": "end angle", "(": "open", ")": "close", "[": "open bracket",
  "]": "close bracket", "{": "open brace", "}": "close brace", "⌊": "floor", "⌋": "end floor", "…": "dots", "⋯": "dots",
  "⋮": "dots", "⋱": "dots", "ℓ": "ell", "ℏ": "h bar", "ϵ": "epsilon", "ϑ": "theta", "ϕ": "phi", "ϱ": "rho", "ϖ": "pi",
  "♯": "sharp", "#": "number of", "!": "factorial", "%": "percent", "°": "degrees",
  "\u2061": "of", "\u2062": "", "\u2063": "", "\u2064": "",
};
GREEK.split(" ").forEach((name, i) => {
  WORDS[String.fromCodePoint(0x3b1 + i)] = name;
  if (i !== 17) WORDS[String.fromCodePoint(0x391 + i)] = `capital ${name}`;
});

const VARIANTS = {
  "double-struck": "blackboard", script: "script", "-tex-calligraphic": "script", fraktur: "fraktur",
  bold: "bold", "bold-italic": "bold",
};
const ACCENTS = {
  "^": "hat", "ˆ": "hat", "~": "tilde", "˜": "tilde", "¯": "bar", "―": "bar", "‾": "bar", "_": "underlined", "˙": "dot", ".": "dot",
  "¨": "double dot", "→": "vector", "ˇ": "check", "˘": "breve", "⏞": "braced", "⏟": "braced",
};
const POWERS = { 2: "squared", 3: "cubed", "⊤": "transpose", T: "transpose", "′": "prime", "″": "double prime", "∗": "star", "⋆": "star" };
const LARGE = new Set(["∑", "∏", "∫", "⋃", "⋂", "⨁"]);

// Rows that hold one thing are that thing.
const bare = (node) => {
  while (node && /^(TeXAtom|mrow|inferredMrow|mstyle|mpadded)$/.test(node.kind) && node.childNodes.length === 1) {
    node = node.childNodes[0];
  }
  return node;
};
const raw = (node) => (bare(node)?.isToken ? bare(node).getText() : null);
const simple = (node) => {
  const inside = bare(node);
  return inside.isToken || (/^(msub|msup)$/.test(inside.kind) && inside.childNodes.every((child) => raw(child) !== null));
};
const list = (nodes) => nodes.map(speak).filter(Boolean).join(" ");

const sub = (node) => `sub ${speak(node)}${simple(node) ? "" : " end sub"}`;
const power = (node) => {
  const text = raw(node);
  if (text !== null && POWERS[text]) return POWERS[text];
  return `to the ${speak(node)}${simple(node) ? "" : " end power"}`;
};
const limits = (base, low, high) => {
  const text = raw(base);
  if (LARGE.has(text)) {
    return [speak(base), low && (high ? "from" : "over"), low && speak(low), high && "to", high && speak(high), "of"].filter(Boolean).join(" ");
  }
  if (low && ACCENTS[raw(low)]) return `${speak(base)} ${ACCENTS[raw(low)]}`;
  if (high && ACCENTS[raw(high)]) return `${speak(base)} ${ACCENTS[raw(high)]}`;
  return [speak(base), low && `as ${speak(low)}`, high && `with ${speak(high)} above`, low && "of"].filter(Boolean).join(" ");
};

const KINDS = {
  mspace: () => "",
  mphantom: () => "",
  msub: ([base, low]) => (LARGE.has(raw(base)) ? limits(base, low) : `${speak(base)} ${sub(low)}`),
  msup: ([base, high]) => `${speak(base)} ${power(high)}`,
  msubsup: ([base, low, high]) => (LARGE.has(raw(base)) ? limits(base, low, high) : `${speak(base)} ${sub(low)} ${power(high)}`),
  munder: ([base, low]) => limits(base, low),
  mover: ([base, high]) => limits(base, null, high),
  munderover: ([base, low, high]) => limits(base, low, high),
  msqrt: ([inside]) => `root of ${speak(inside)}${simple(inside) ? "" : " end root"}`,
  mroot: ([inside, order]) => `root of order ${speak(order)} of ${speak(inside)} end root`,
  mfrac: ([above, below], node) => {
    if (node.attributes.get("linethickness") === "0") return `${speak(above)} choose ${speak(below)}`;
    return simple(above) && simple(below)
      ? `${speak(above)} over ${speak(below)}`
      : `fraction ${speak(above)} over ${speak(below)} end fraction`;
  },
  mtable: (rows) => rows.map((row, i) => (rows.length > 1 ? `row ${i + 1}: ${speak(row)};` : speak(row))).join(" "),
  mtr: (cells) => cells.map(speak).filter(Boolean).join(", "),
};

const speak = (node) => {
  if (node.isToken) {
    const text = node.getText().trim();
    const words = WORDS[text] ?? text;
    const variant = node.kind === "mi" && VARIANTS[node.attributes.get("mathvariant")];
    return variant && words ? `${variant} ${words}` : words;
  }
  const children = node.childNodes.filter(Boolean);
  return KINDS[node.kind] ? KINDS[node.kind](children, node) : list(children);
};

exports.speak = (tree) => speak(tree).replace(/\s+/g, " ").replace(/ ([,;.:])/g, "$1").replace(/,;/g, ";").trim();
