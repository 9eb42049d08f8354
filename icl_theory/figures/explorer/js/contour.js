// Level lines of a function on a grid, by marching squares.

/**
 * Segments where `values`, given row by row at all (i, j), change their sign; in units of the grid.
 * Squares with a value that is no finite number have none.
 */
export const zeroes = (values, columns, rows) => {
  const segments = [];
  const between = (a, b) => a / (a - b);
  for (let j = 0; j + 1 < rows; j += 1) {
    for (let i = 0; i + 1 < columns; i += 1) {
      const corner = [
        values[j * columns + i],
        values[j * columns + i + 1],
        values[(j + 1) * columns + i + 1],
        values[(j + 1) * columns + i],
      ];
      if (!corner.every(Number.isFinite)) continue;
      const [a, b, c, d] = corner;
      const crossed = [];
      if (a > 0 !== b > 0) crossed.push([i + between(a, b), j]);
      if (b > 0 !== c > 0) crossed.push([i + 1, j + between(b, c)]);
      if (d > 0 !== c > 0) crossed.push([i + between(d, c), j + 1]);
      if (a > 0 !== d > 0) crossed.push([i, j + between(a, d)]);
      for (let k = 0; k + 1 < crossed.length; k += 2) segments.push([crossed[k], crossed[k + 1]]);
    }
  }
  return segments;
};
