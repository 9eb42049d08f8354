// Elements, in one call each.

const SVG = "http://www.w3.org/2000/svg";

/** A text like e_ICL as nodes, with what follows an underscore as a subscript. */
const written = (text, drawn) =>
  String(text).split(/_([A-Za-z]+)/).map((part, i) => {
    if (i % 2 === 0 && !(drawn && i)) return document.createTextNode(part);
    // Text of a drawing has no subscripts, but may be moved, and is moved back after one.
    const piece = drawn ? document.createElementNS(SVG, "tspan") : document.createElement("sub");
    if (drawn) piece.setAttribute("dy", i % 2 ? "0.33em" : "-0.25em");
    if (drawn && i % 2) piece.setAttribute("class", "icl-sub");
    piece.textContent = part;
    return piece;
  });

/** A text like e_ICL as it is read aloud. */
export const spoken = (text) => text.replaceAll("_", " ");

const fill = (element, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "text") element.append(...written(value, element.namespaceURI === SVG));
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
};

export const h = (tag, attributes = {}, ...children) =>
  fill(document.createElement(tag), attributes, children);

export const svg = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

let count = 0;
/** An id that no other element has. */
export const unique = (stem) => `icl-${stem}-${(count += 1)}`;

/** The path through points; a gap where a point is missing. */
export const path = (points) => {
  let text = "";
  let pen = "M";
  for (const point of points) {
    if (point === null) {
      pen = "M";
      continue;
    }
    text += `${pen}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
    pen = "L";
  }
  return text;
};
