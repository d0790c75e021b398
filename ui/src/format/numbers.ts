/** Numbers as people read them: 4 significant digits, scientific outside 1e-4…1e7, never a false zero. */
const DIGITS = 4;
const SMALL = 1e-4;
const LARGE = 1e7;
const MINUS = "−";

/** Return the words for what is no finite number: `NaN`, `+∞`, `−∞`. */
export function formatNonFinite(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+∞" : `${MINUS}∞`;
}

/** Return `value` with 4 significant digits, thousands separators and a real minus sign. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return formatNonFinite(value);
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < SMALL || size >= LARGE) return scientific(value);
  if (Number.isInteger(value)) return grouped(String(size), value);
  const rounded = Number(size.toPrecision(DIGITS));
  return grouped(String(rounded), value);
}

/** Return how many decimals a column needs so that its values, at 4 significant digits, line up. */
export function sharedDecimals(values: Iterable<number>): number {
  let decimals = 0;
  for (const value of values) {
    const size = Math.abs(value);
    if (!Number.isFinite(value) || size < SMALL || size >= LARGE) continue;
    const [, fraction = ""] = String(Number(size.toPrecision(DIGITS))).split(".");
    decimals = Math.max(decimals, fraction.length);
  }
  return Math.min(decimals, 6);
}

/** Return `value` with just so many decimals; with more where it would else read as zero. */
export function formatFixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return formatNonFinite(value);
  const size = Math.abs(value);
  if (value !== 0 && (size < SMALL || size >= LARGE || Number(size.toFixed(decimals)) === 0)) return formatNumber(value);
  return grouped(size.toFixed(decimals), value);
}

/** Return `value` with every digit that it has. */
export function formatExact(value: number): string {
  return Number.isFinite(value) ? String(value) : formatNonFinite(value);
}

/** Return a difference with its sign: `+0.006`, `−3`. */
export function formatDelta(value: number): string {
  return value > 0 ? `+${formatNumber(value)}` : formatNumber(value);
}

/** Return a count: `1,500`. */
export function formatCount(value: number): string {
  return grouped(String(Math.round(Math.abs(value))), value);
}

/** Return a share as percent with at most 3 digits: 0.0123 is `1.23 %`. */
export function formatPercent(share: number): string {
  if (!Number.isFinite(share)) return formatNonFinite(share);
  const size = Math.abs(share * 100);
  return `${grouped(String(Number(size.toPrecision(size >= 100 ? 4 : 3))), share)} %`;
}

/** Return the number that a cell of the API says; it has words for what JSON lacks. */
export function numberOf(cell: string | number | null | undefined): number | undefined {
  if (typeof cell === "number") return cell;
  if (cell === "NaN") return NaN;
  if (cell === "Infinity") return Infinity;
  return cell === "-Infinity" ? -Infinity : undefined;
}

function scientific(value: number): string {
  const [mantissa = "", exponent = ""] = Math.abs(value).toExponential(DIGITS - 1).split("e");
  return `${value < 0 ? MINUS : ""}${Number(mantissa)}e${exponent.replace("+", "").replace("-", MINUS)}`;
}

function grouped(digits: string, signed: number): string {
  const [whole = "", fraction] = digits.split(".");
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${signed < 0 && /[1-9]/.test(digits) ? MINUS : ""}${separated}${fraction === undefined ? "" : `.${fraction}`}`;
}
