// Axes as maps between values and the interval from 0 to 1.

/** Round values to mark on a linear axis, about `count` of them. */
const steps = (low, high, count) => {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((one) => one * power >= rough) * power;
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i += 1) {
    found.push(Number((i * step).toPrecision(12)));
  }
  return found;
};

export const linear = (low, high) => ({
  low,
  high,
  unit: (value) => (value - low) / (high - low),
  value: (unit) => low + unit * (high - low),
  ticks: (count) => steps(low, high, count),
});

/**
 * A logarithmic axis; `zero` and `infinity` give these values a place of their own at its ends.
 */
export const logarithmic = (low, high, { zero = false, infinity = false } = {}) => {
  const slot = 0.07;
  const first = zero ? slot : 0;
  const last = infinity ? 1 - slot : 1;
  const span = Math.log(high / low);
  return {
    low,
    high,
    first,
    last,
    zero,
    infinity,
    unit(value) {
      if (value === 0 && zero) return 0.012;
      if (value === Infinity && infinity) return 0.988;
      return first + (Math.log(value / low) / span) * (last - first);
    },
    value(unit) {
      if (zero && unit < first * 0.6) return 0;
      if (infinity && unit > 1 - (1 - last) * 0.6) return Infinity;
      const inside = Math.min(1, Math.max(0, (unit - first) / (last - first)));
      return low * Math.exp(inside * span);
    },
    ticks(count) {
      const powers = [];
      const from = Math.ceil(Math.log10(low) - 1e-9);
      const to = Math.floor(Math.log10(high) + 1e-9);
      const every = Math.max(1, Math.ceil((to - from) / count));
      for (let i = from; i <= to; i += every) powers.push(Number(`1e${i}`));
      if (powers.length < 3) {
        for (let i = from - 1; i <= to; i += 1) powers.push(2 * 10 ** i, 5 * 10 ** i);
      }
      return [
        ...(zero ? [0] : []),
        ...powers.filter((v) => v >= low * 0.999 && v <= high * 1.001).sort((a, b) => a - b),
        ...(infinity ? [Infinity] : []),
      ];
    },
  };
};
