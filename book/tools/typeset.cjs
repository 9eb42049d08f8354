// Formulas in, drawings out: a list of {tex, display} as JSON on stdin, and on stdout
// {formulas: [{body, box, width, align, speech} or {error}], glyphs: {name: path}}.
// A wide formula has instead of the first four its lines, as breaking.cjs cuts them.
//
// MathJax draws each formula from glyphs that it names; which of them a page needs, and hence
// defines, is decided page by page in typeset.py.  What MathJax says about its own tree (a group for
// every node of it) is folded into the positions of what is seen, which leaves one element a glyph;
// a glyph at another size is another glyph, "I-1D437" at scale 0.707 is "I-1D437*0.707".
"use strict";

const { mathjax } = require("mathjax-full/js/mathjax.js");
const { TeX } = require("mathjax-full/js/input/tex.js");
const { SVG } = require("mathjax-full/js/output/svg.js");
const { liteAdaptor } = require("mathjax-full/js/adaptors/liteAdaptor.js");
const { RegisterHTMLHandler } = require("mathjax-full/js/handlers/html.js");
const { STATE } = require("mathjax-full/js/core/MathItem.js");
require("mathjax-full/js/input/tex/AllPackages.js");
const { cut } = require("./breaking.cjs");
const { speak } = require("./speech.cjs");

// "noerrors" and "noundefined" are missing: what TeX would not accept fails the build.
const PACKAGES = [
  "base", "ams", "amscd", "boldsymbol", "braket", "cancel", "cases", "color",
  "mathtools", "newcommand", "textmacros", "upgreek",
];

const adaptor = liteAdaptor();
RegisterHTMLHandler(adaptor);
const tex = new TeX({
  packages: PACKAGES,
  formatError: (_, error) => {
    throw error;
  },
});
const output = new SVG({ fontCache: "global" });
// What MathJax knows of sizes, it forgets when it has drawn.
let measured = null;
const typesetSVG = output.typesetSVG.bind(output);
output.typesetSVG = (wrapper, ...rest) => {
  measured = wrapper;
  typesetSVG(wrapper, ...rest);
};
const document = mathjax.document("", { InputJax: tex, OutputJax: output });

// A thousandth of the type size is as fine as needed.
const short = (number) => String(Math.round(number) + 0);

// "translate(a,b) scale(c)" and its kin, as the numbers of (x, y) -> (a + c x, b + d y).
const parse = (text) => {
  const place = { x: 0, y: 0, sx: 1, sy: 1 };
  for (const [, name, inside] of text.matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [a, b] = inside.split(/[\s,]+/).map(Number);
    if (name === "translate") {
      place.x += place.sx * a;
      place.y += place.sy * (b || 0);
    } else if (name === "scale") {
      place.sx *= a;
      place.sy *= b ?? a;
    } else return null;
  }
  return place;
};

const within = (outer, inner) => ({
  x: outer.x + outer.sx * inner.x,
  y: outer.y + outer.sy * inner.y,
  sx: outer.sx * inner.sx,
  sy: outer.sy * inner.sy,
});

const attributes = (node, without) =>
  adaptor
    .allAttributes(node)
    .filter(({ name }) => !name.startsWith("data-") && !without.includes(name))
    .map(({ name, value }) => ` ${name}="${value}"`)
    .join("");

const transform = ({ x, y, sx, sy }) => {
  const move = x || y ? `translate(${short(x)} ${short(y)})` : "";
  const size = sx === 1 && sy === 1 ? "" : `scale(${+sx.toFixed(4)}${sx === sy ? "" : ` ${+sy.toFixed(4)}`})`;
  return move || size ? ` transform="${move}${size}"` : "";
};

// What a node of the drawing shows, as elements without groups around them.
const flat = (node, place) => {
  const kind = adaptor.kind(node);
  const inner = parse(adaptor.getAttribute(node, "transform") || "");
  const here = inner && within(place, inner);
  if (kind === "g") {
    const own = attributes(node, ["transform"]);
    const children = (at) => adaptor.childNodes(node).map((child) => flat(child, at)).join("");
    if (here && !own) return children(here);
    // A colour, a rotation: the group stays.
    const rest = inner === null ? ` transform="${adaptor.getAttribute(node, "transform")}"` : "";
    const body = children({ x: 0, y: 0, sx: 1, sy: 1 });
    return `<g${own}${inner === null ? transform(place) : transform(here)}>${rest ? `<g${rest}>${body}</g>` : body}</g>`;
  }
  if (kind === "use" && here) {
    const name = adaptor.getAttribute(node, "xlink:href").replace("MJX-TEX-", "");
    if (here.sx === here.sy) {
      const size = here.sx === 1 ? "" : `*${+here.sx.toFixed(3)}`;
      const [x, y] = [short(here.x), short(here.y)];
      return `<use href="${name}${size}"${x === "0" ? "" : ` x="${x}"`}${y === "0" ? "" : ` y="${y}"`}/>`;
    }
    return `<use href="${name}"${transform(here)}/>`;
  }
  if (kind === "rect" && here && here.sx === here.sy) {
    const get = (name) => Number(adaptor.getAttribute(node, name) || 0) * here.sx;
    const [x, y] = [here.x + get("x"), here.y + get("y")];
    return `<rect x="${short(x)}" y="${short(y)}" width="${short(get("width"))}" height="${short(get("height"))}"${attributes(node, ["x", "y", "width", "height", "transform"])}/>`;
  }
  // Stretched pieces, lines, words: as MathJax has them, where they belong.
  const whole = adaptor.outerHTML(node).replace(/ data-[\w-]+="[^"]*"/g, "").replace(/xlink:href="#MJX-TEX-/g, 'href="#');
  const at = transform(place);
  return at ? `<g${at}>${whole}</g>` : whole;
};

// Only the outermost element says how large the drawing is, and where it stands on the line.
const draw = (container) => {
  const svg = adaptor.firstChild(container);
  const get = (name) => adaptor.getAttribute(svg, name);
  const top = adaptor.firstChild(svg);
  const body = adaptor
    .childNodes(adaptor.kind(top) === "defs" ? adaptor.childNodes(svg)[1] : top)
    .map((child) => flat(child, { x: 0, y: 0, sx: 1, sy: 1 }))
    .join("");
  const align = adaptor.getStyle(svg, "vertical-align");
  return {
    width: get("width"),
    align: align || "0",
    box: get("viewBox"),
    body,
  };
};

const set = ({ tex: source, display }) => {
  try {
    tex.parseOptions.tags.reset?.();
    const tree = document.convert(source, { display, end: STATE.CONVERT });
    const drawn = document.convert(source, { display, em: 16, ex: 8, containerWidth: 80 * 16 });
    const lines = cut(measured, display, { adaptor, attributes, parse, within, flat });
    return { ...(lines ? { lines } : draw(drawn)), speech: speak(tree) };
  } catch (error) {
    return { error: error.message };
  }
};

const wanted = JSON.parse(require("fs").readFileSync(0, "utf8"));
const formulas = wanted.map(set);
const glyphs = {};
for (const path of adaptor.childNodes(output.fontCache.getCache())) {
  glyphs[adaptor.getAttribute(path, "id").replace("MJX-TEX-", "")] = adaptor.getAttribute(path, "d");
}
process.stdout.write(JSON.stringify({ formulas, glyphs }));
