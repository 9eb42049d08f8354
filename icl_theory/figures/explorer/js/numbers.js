// Numbers as people write and read them.

const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const raised = (text) =>
  text.replace("+", "").replace("-", "⁻").replace(/\d/g, (digit) => SUPERSCRIPT[digit]);

/** A number in a few significant digits: 0.125, 3·10⁻⁷, ∞. */
export const format = (value, digits = 4) => {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e5) {
    return String(Number(value.toPrecision(digits))).replace("-", "−");
  }
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const short = String(Number(mantissa)).replace("-", "−");
  return (short === "1" ? "" : `${short}·`) + `10${raised(exponent)}`;
};

/** What somebody typed, as a number: decimals, 1e-3, fractions, inf; NaN if it is none. */
export const parse = (text) => {
  const plain = text.trim().replace("−", "-").replace(",", ".").toLowerCase();
  if (["inf", "infinity", "∞", "oo"].includes(plain)) return Infinity;
  const parts = plain.split("/");
  if (parts.length > 2 || parts.some((part) => part.trim() === "")) return NaN;
  return parts.map(Number).reduce((over, under) => over / under);
};

/** Rounded to so many significant digits. */
export const rounded = (value, digits = 3) =>
  Number.isFinite(value) ? Number(value.toPrecision(digits)) : value;

/** A number as Python writes it, with all its digits. */
export const python = (value) => (value === Infinity ? "inf" : String(value));

/** The least of 1, 1.5, 2, 3, 5, 7 times a power of ten that is not below a positive value. */
export const ceiling = (value) => {
  const power = 10 ** Math.floor(Math.log10(value));
  for (const step of [1, 1.5, 2, 3, 5, 7, 10]) {
    if (step * power >= value * (1 - 1e-12)) return step * power;
  }
  return 10 * power;
};
