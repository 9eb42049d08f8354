// Level lines of a function, by marching squares and bisection.

/** How often the place of a line on a side of a square is halved. */
const HALVINGS = 12;

/**
 * Segments where `sign`, a function of a place (i, j), changes from positive to not, in squares of
 * the grid of whole numbers. Squares with a value that is no finite number have none.
 */
export const zeroes = (sign, columns, rows) => {
  const values = Array.from({ length: columns * rows }, (_, at) => sign(at % columns, Math.floor(at / columns)));
  const known = new Map();
  /** Where the line passes between two neighbours; what comes from both sides is found once. */
  const between = (i, j, down, a) => {
    const key = 2 * (j * columns + i) + down;
    if (known.has(key)) return known.get(key);
    let [low, high] = [0, 1];
    for (let k = 0; k < HALVINGS; k += 1) {
      const middle = (low + high) / 2;
      const there = down ? sign(i, j + middle) : sign(i + middle, j);
      if (there > 0 === a > 0) low = middle;
      else high = middle;
    }
    const middle = (low + high) / 2;
    const place = down ? [i, j + middle] : [i + middle, j];
    known.set(key, place);
    return place;
  };
  const segments = [];
  for (let j = 0; j + 1 < rows; j += 1) {
    for (let i = 0; i + 1 < columns; i += 1) {
      const at = j * columns + i;
      const [a, b, c, d] = [values[at], values[at + 1], values[at + columns + 1], values[at + columns]];
      if (![a, b, c, d].every(Number.isFinite)) continue;
      const crossed = [];
      if (a > 0 !== b > 0) crossed.push(between(i, j, 0, a));
      if (b > 0 !== c > 0) crossed.push(between(i + 1, j, 1, b));
      if (d > 0 !== c > 0) crossed.push(between(i, j + 1, 0, d));
      if (a > 0 !== d > 0) crossed.push(between(i, j, 1, a));
      for (let k = 0; k + 1 < crossed.length; k += 2) segments.push([crossed[k], crossed[k + 1]]);
    }
  }
  return segments;
};
