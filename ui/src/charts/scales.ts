import { formatFixed, formatNumber, sharedDecimals } from "@/format/numbers";
import { formatDuration } from "@/format/units";

export type ScaleKind = "linear" | "log" | "symlog";
/** What the numbers of an axis are. */
export type AxisUnit = "number" | "duration" | "time";

/** Values to pixels and back. */
export interface Scale {
  readonly kind: ScaleKind;
  readonly low: number;
  readonly high: number;
  readonly toPixel: (value: number) => number;
  readonly toValue: (pixel: number) => number;
}

/** A mark on an axis. */
export interface AxisTick {
  readonly value: number;
  readonly words: string;
}

const SYMLOG_LINEAR = 1e-3;

/** Return the scale that puts `low` at pixel `start` and `high` at `end`. */
export function makeScale(kind: ScaleKind, [low, high]: readonly [number, number], [start, end]: readonly [number, number]): Scale {
  const constant = Math.max(Math.abs(low), Math.abs(high)) * SYMLOG_LINEAR || 1;
  const bend = { linear: (value: number) => value, log: Math.log10, symlog: (value: number) => Math.sign(value) * Math.log1p(Math.abs(value) / constant) }[kind];
  const unbend = { linear: (value: number) => value, log: (value: number) => 10 ** value, symlog: (value: number) => Math.sign(value) * Math.expm1(Math.abs(value)) * constant }[kind];
  const from = bend(low);
  const perUnit = (end - start) / (bend(high) - from || 1);
  return {
    kind, low, high,
    toPixel: (value) => start + (bend(value) - from) * perUnit,
    toValue: (pixel) => unbend(from + (pixel - start) / perUnit),
  };
}

/** Return about `count` round values on a scale, with words. */
export function ticksOf(scale: Scale, count: number, unit: AxisUnit = "number"): AxisTick[] {
  const { low, high } = scale;
  if (unit === "time") return timeTicks(low, high, count);
  if (unit === "duration") return stepped(low, high, durationStep((high - low) / Math.max(1, count))).map((value) => ({ value, words: formatDuration(value) }));
  const values = scale.kind === "linear" ? stepped(low, high, niceStep((high - low) / Math.max(1, count))) : powers(low, high, scale.kind, count);
  const decimals = sharedDecimals(values);
  const isFixed = scale.kind === "linear" && values.every((value) => value === 0 || (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e7));
  return values.map((value) => ({ value, words: isFixed ? formatFixed(value, decimals) : formatNumber(value) }));
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough || 1));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
}

const DURATIONS = [1, 2, 5, 10, 15, 30].flatMap((count) => [count * 1000, count * 60_000]).concat([1, 2, 3, 6, 12].map((hours) => hours * 3_600_000)).toSorted((left, right) => left - right);

function durationStep(rough: number): number {
  if (rough < 1000) return Math.max(1, niceStep(rough));
  const day = 86_400_000;
  return DURATIONS.find((step) => step >= rough) ?? niceStep(rough / day) * day;
}

function stepped(low: number, high: number, step: number): number[] {
  if (!(step > 0) || !Number.isFinite(step)) return [low];
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Multiples, not sums, so that nothing adds up; rounded, because 3 × 0.1 is not 0.3.
  return Array.from({ length: Math.min(200, last - first + 1) }, (_, place) => Number(((first + place) * step).toPrecision(12)));
}

function powers(low: number, high: number, kind: ScaleKind, count: number): number[] {
  const most = Math.max(Math.abs(low), Math.abs(high));
  const least = kind === "log" ? low : most * SYMLOG_LINEAR;
  const exponents = stepped(Math.log10(least), Math.log10(most), Math.max(1, Math.ceil((Math.log10(most) - Math.log10(least)) / Math.max(1, count))));
  const positive = exponents.map((exponent) => 10 ** Math.round(exponent)).map((value) => Number(value.toPrecision(12)));
  const inner = kind === "log" && positive.length < 3 ? stepped(low, high, niceStep((high - low) / Math.max(1, count))).filter((value) => value > 0) : positive;
  const all = kind === "log" ? inner : [...positive.map((value) => -value).toReversed(), 0, ...positive];
  return all.filter((value) => value >= low && value <= high);
}

function timeTicks(low: number, high: number, count: number): AxisTick[] {
  const step = durationStep((high - low) / Math.max(1, count));
  const offset = new Date(low).getTimezoneOffset() * 60_000;
  const values = stepped(low - offset, high - offset, step).map((value) => value + offset);
  const options: Intl.DateTimeFormatOptions = step >= 86_400_000 ? { month: "short", day: "numeric" } : { hour: "2-digit", minute: "2-digit", ...(step < 60_000 ? { second: "2-digit" } : {}) };
  return values.map((value) => ({ value, words: new Date(value).toLocaleString(undefined, options) }));
}
