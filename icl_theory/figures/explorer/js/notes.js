// Words in a plot, where they lie over no curve and no other words.

import { svg } from "./dom.js";

/** Pixels of a letter, and of a line above and below its foot, at the size of notes. */
const LETTER = 6.5;
const [RISE, DROP] = [11, 4];
/** Pixels between the points at which a curve is felt for. */
const FEEL = 4;

/** Points of curves so near to each other that no word fits in between. */
const felt = (curves) => {
  const found = [];
  for (const curve of curves) {
    for (let i = 0; i < curve.length; i += 1) {
      const [one, next] = [curve[i], curve[i + 1]];
      if (!one) continue;
      found.push(one);
      if (!next) continue;
      const steps = Math.floor(Math.hypot(next[0] - one[0], next[1] - one[1]) / FEEL);
      for (let j = 1; j < steps; j += 1) {
        found.push([one[0] + (j / steps) * (next[0] - one[0]), one[1] + (j / steps) * (next[1] - one[1])]);
      }
    }
  }
  return found;
};

/**
 * Notes beside `curves`, lists of points of which a missing one is null, within a frame.
 *
 * What is returned takes a text and the places where it may stand, the best first: x, the foot of
 * the line, and whether the text starts, ends or has its middle there.
 */
export const notesBeside = (curves, { left, top, width, height }) => {
  const points = felt(curves);
  const taken = [];
  return (text, places) => {
    const long = text.replace(/_/g, "").length * LETTER;
    const boxes = places.map(([x, y, anchor]) => {
      const start = x - long * { start: 0, middle: 0.5, end: 1 }[anchor];
      return [start, y - RISE, start + long, y + DROP];
    });
    const price = ([x0, y0, x1, y1]) => {
      const outside = x0 < left || x1 > left + width || y0 < top || y1 > top + height;
      const over = taken.filter((one) => x0 < one[2] && x1 > one[0] && y0 < one[3] && y1 > one[1]).length;
      return 1e6 * outside + 1e3 * over + points.filter(([x, y]) => x > x0 && x < x1 && y > y0 && y < y1).length;
    };
    const prices = boxes.map(price);
    const best = prices.indexOf(Math.min(...prices));
    const [x, y, anchor] = places[best];
    taken.push(boxes[best]);
    return svg("text", { class: "icl-note", x, y, "text-anchor": anchor, text });
  };
};
