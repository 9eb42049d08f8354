// Where a wide formula may be broken: it is drawn as pieces, which the browser sets in lines as it
// does words, on any width of the page.
//
// MathJax draws the formula in one line; pieces are cut from that at relations, at signs of sums and
// after commas. A piece that is too wide for a phone is cut between brackets that multiply each other,
// if that is enough, then within brackets, and between other factors, or before what is given in an
// expectation, only where nothing else is left.
// Rows of an alignment are lines of their own.
"use strict";

const { TEXCLASS } = require("mathjax-full/js/core/MmlTree/MmlNode.js");

/** Units of a drawing in an ex. */
const EX = 442;
/** A formula that is no wider, in ex, fits on a phone. */
const NARROW = 32;
/** In a line of words it may stand in the narrow column of a list, or of a table. */
const NARROW_IN_WORDS = 20;
/** Pieces that are narrower are joined with what follows. */
const LEAST = 14;
const LEAST_IN_WORDS = 7;
/** Space, in em, between statements that stand one after the other. */
const WIDE_SPACE = 0.9;
/** What is wider than this may stand apart from other factors. */
const LARGE = 5;
/** What it may be wider by if that keeps brackets whole. */
const SLACK = 1.15;
/** The bar of a conditional expectation. */
const GIVEN = new Set(["|", "\u2223"]);

/** What stands before its term, too, after the name of a function. */
const SIGNS = new Set(["+", "\u2212", "\u00b1"]);

const ROWS = new Set(["math", "mrow", "inferredMrow", "TeXAtom", "mstyle", "mtd"]);
const SCRIPTS = new Set(["msub", "msup", "msubsup"]);

// What has an index or an exponent closes what it does without.
const classOf = (node) => {
  if (node.isKind("mo")) return node.texClass;
  const core = SCRIPTS.has(node.kind) && node.isEmbellished ? node.coreMO().texClass : null;
  return core === TEXCLASS.CLOSE ? core : null;
};

const ex = (units) => `${+(units / EX).toFixed(3)}ex`;
const short = (number) => String(Math.round(number) + 0);

exports.cut = (root, display, { adaptor, attributes, parse, within, flat }) => {
  const narrow = (display ? NARROW : NARROW_IN_WORDS) * EX;
  const least = (display ? LEAST : LEAST_IN_WORDS) * EX;
  const whole = root.getOuterBBox();
  const wide = whole.w * 1000;
  if (wide <= narrow) return null;

  // A colour, say, holds for all that is within.
  const opaque = ({ node, element }) => !node.isInferred && attributes(element, ["transform"]);
  // Rows that hold nothing else.
  const inner = (wrapper) => {
    const kept = wrapper.childNodes.filter((one) => one.node.kind !== "mspace");
    return ROWS.has(wrapper.node.kind) && kept.length === 1 && !opaque(wrapper) ? inner(kept[0]) : wrapper;
  };
  const placed = (wrapper, outer) =>
    wrapper.node.isInferred ? outer : within(outer, parse(adaptor.getAttribute(wrapper.element, "transform") || ""));
  const isRow = (wrapper) => ROWS.has(wrapper.node.kind) || (SCRIPTS.has(wrapper.node.kind) && inner(wrapper.childNodes[0]).childNodes.length > 2);

  // What a line is made of, from the left, each with the depth of the brackets that it stands in,
  // and what may break before it.
  const atoms = (wrappers, outer, height) => {
    const found = [];
    let depth = 0;
    let before = null;
    let space = 0;
    const add = (wrapper, around, bound) => {
      const { node, element } = wrapper;
      if (!element) return;
      const here = placed(wrapper, around);
      if (isRow(wrapper) && here.sx === 1 && Math.abs(here.y - height) < 1 && !opaque(wrapper)) {
        const [first, ...scripts] = SCRIPTS.has(node.kind) ? wrapper.childNodes : [null];
        (first ? [first] : wrapper.childNodes).forEach((child, i) => add(child, here, bound && i === 0));
        scripts.forEach((script) => add(script, here, true));
        return;
      }
      const kind = classOf(node);
      if (kind === TEXCLASS.CLOSE) depth -= 1;
      const box = wrapper.getOuterBBox();
      const sign = kind === TEXCLASS.BIN || kind === TEXCLASS.REL;
      // What is given stays with what it is given for.
      const given = node.isKind("mo") && depth > 0 && GIVEN.has(node.getText());
      const held = bound || given || !before || node.isKind("mspace") || kind === TEXCLASS.CLOSE || kind === TEXCLASS.PUNCT;
      // Factors part where one of them is large; no function parts from its argument.
      const large = (atom) => atom.kind === null && atom.width > LARGE * EX;
      const width = box.w * 1000;
      const factors = !held && (before.kind === TEXCLASS.CLOSE || large(before) || (kind === null && width > LARGE * EX));
      const parts = kind === TEXCLASS.OPEN || kind === null;
      found.push({
        element,
        given: given && !bound,
        outer: around,
        kind,
        sign,
        text: node.isToken ? node.getText() : "",
        x: here.x,
        width,
        high: box.h * 1000 + (here.y - height),
        deep: box.d * 1000 - (here.y - height),
        depth,
        signs: !held && (sign || before.kind === TEXCLASS.PUNCT),
        apart: !bound && Boolean(before) && !node.isKind("mspace") && depth === 0 && space > WIDE_SPACE,
        factors: factors && parts && !before.sign && !SIGNS.has(before.text) && before.kind !== TEXCLASS.OPEN && before.text !== "\u2061",
      });
      if (kind === TEXCLASS.OPEN) depth += 1;
      space = node.isKind("mspace") ? space + box.w : 0;
      // Space is no neighbour, and neither is what is not seen, or what belongs to the last one.
      if (!bound && !node.isKind("mspace") && found.at(-1).text !== "\u2062") before = found.at(-1);
    };
    for (const wrapper of wrappers) add(wrapper, outer, false);
    return found;
  };

  const line = (wrappers, outer, height) => {
    const all = atoms(wrappers, outer, height);
    const start = all[0].x;
    const from = (i) => (i < all.length ? all[i].x : all.at(-1).x + all.at(-1).width);
    const deepest = Math.max(...all.map((atom) => atom.depth));

    const piece = (low, high) => {
      const some = all.slice(low, high);
      const [x, w] = [all[low].x, from(high) - all[low].x];
      const h = Math.max(...some.map((atom) => atom.high));
      const d = Math.max(...some.map((atom) => atom.deep));
      const body = some
        .map((atom) => flat(atom.element, { ...atom.outer, x: atom.outer.x - x, y: atom.outer.y - height }))
        .join("");
      return {
        width: ex(w),
        align: ex(-d),
        box: `0 ${short(-h)} ${short(w)} ${short(h + d)}`,
        body,
      };
    };
    const long = (low, high, slack = 1) => from(high) - all[low].x > narrow * slack;
    // Where to cut, so that pieces are neither small nor, for being joined, too wide.
    const places = (low, high, may) => {
      const found = [low];
      const able = [];
      for (let i = low + 1; i < high; i++) if (may(all[i])) able.push(i);
      able.forEach((i, n) => {
        const width = all[i].x - all[found.at(-1)].x;
        const joined = long(found.at(-1), able[n + 1] ?? high);
        if (width >= least || (joined && width >= least / 2)) found.push(i);
      });
      // A last piece may be narrow, too.
      const last = from(high) - all[found.at(-1)].x;
      if (found.length > 1 && last < least / 2 && !long(found.at(-2), high)) found.pop();
      return found;
    };
    const each = (found, high, cut) => found.map((place, i) => cut(place, found[i + 1] ?? high));
    const together = (some) => (some.length > 1 ? { parts: some } : some[0]);
    // Pieces of a part of the line, and of these again, as long as one is too wide.
    const parts = (low, high, level = 0) => {
      if (!long(low, high)) return [piece(low, high)];
      for (let depth = level; depth <= deepest; depth++) {
        const signs = places(low, high, (atom) => atom.signs && atom.depth <= depth);
        if (signs.length > 1) return each(signs, high, (a, b) => together(parts(a, b, depth)));
        const factors = places(low, high, (atom) => atom.factors && atom.depth <= depth);
        const fit = each(factors, high, (a, b) => !long(a, b, SLACK));
        if (factors.length > 1 && fit.every(Boolean)) return each(factors, high, piece);
      }
      for (let depth = 0; depth <= deepest; depth++) {
        const factors = places(low, high, (atom) => atom.given || (atom.factors && atom.depth <= depth));
        if (factors.length > 1) return each(factors, high, (a, b) => together(parts(a, b, deepest)));
      }
      return [piece(low, high)];
    };
    // What is said one after the other has a line each, if there is no room for both.
    const starts = [0, ...all.flatMap((atom, i) => (i && atom.apart ? [i] : []))];
    if (starts.length === 1) return { start, parts: parts(0, all.length) };
    return { start, apart: true, parts: each(starts, all.length, (a, b) => together(parts(a, b))) };
  };

  const here = placed(root, { x: 0, y: 0, sx: 1, sy: 1 });
  const cells = (row) => row.childNodes.filter((cell) => cell.childNodes[0]?.childNodes.length);
  // An alignment may be the only cell of another.
  const innermost = (wrapper) => {
    const table = inner(wrapper);
    const alone = table.node.isKind("mtable") && table.childNodes.length === 1 ? cells(table.childNodes[0]) : [];
    return alone.length === 1 && inner(alone[0]).node.isKind("mtable") ? innermost(alone[0]) : table;
  };
  const table = innermost(root);
  let lines;
  if (table.node.isKind("mtable")) {
    const chain = [];
    for (let one = table; one; one = one.parent) chain.unshift(one);
    const at = chain.reduce((place, one) => (one === root ? place : placed(one, place)), here);
    if (at.sx !== 1) return null;
    lines = table.childNodes.map((row) => {
      const place = placed(row, at);
      return line(cells(row), place, place.y);
    });
  } else {
    lines = [line(root.childNodes, here, 0)];
    if (lines[0].parts.length === 1 && !lines[0].parts[0].parts) return null;
  }
  const left = Math.min(...lines.map((one) => one.start));
  return lines.map(({ start, ...line }) => ({ from: ex(start - left), ...line }));
};
