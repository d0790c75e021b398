import { scaleLinear, scaleLog } from "d3-scale";

import { isMissing, type NumberColumn, type RunColumn, type TextColumn } from "@/charts/run-columns";
import { compareNatural } from "@/format/names";
import { formatCount, formatNumber } from "@/format/numbers";

/** Where the values of a column stand along an axis of length 1, from its lower end. */
export interface ValueAxis {
  readonly name: string;
  readonly kind: "linear" | "log" | "category";
  /** Position in 0…1 of each row; NaN where there is none or the value is not finite. */
  readonly positions: Float32Array;
  readonly ticks: readonly Tick[];
  /** Rows whose values lie beyond the ends, where they are drawn: one run that diverged does not flatten the others. */
  readonly nBelow: number;
  readonly nAbove: number;
  /** Rows without a position: nothing logged, NaN or infinite. */
  readonly nAbsent: number;
  /** Return the value at a position; for categories the text there. */
  readonly valueAt: (position: number) => number | string;
}

export interface Tick {
  readonly position: number;
  readonly words: string;
}

const LOG_FROM = 100;
const JITTER = 0.35;
const N_TICKS = 5;

interface AxisOptions {
  readonly isLog?: boolean | undefined;
  /** Spread rows of one category a little, so that they do not hide each other. */
  readonly hasJitter?: boolean;
}

/**
 * Return the axis of a column: numbers on a linear scale, or on a logarithmic one where all are positive
 * and the range is over 100 times; texts evenly spaced in natural order.
 */
export function valueAxis(column: RunColumn, options: AxisOptions = {}): ValueAxis {
  return column.kind === "number" ? numberAxis(column, options.isLog) : categoryAxis(column, options.hasJitter ?? false);
}

function numberAxis(column: NumberColumn, asked: boolean | undefined): ValueAxis {
  const [least, most] = shownRange(Float64Array.from(column.values.filter((value, row) => Number.isFinite(value) && !isMissing(column, row))).toSorted());
  const isEmpty = least > most;
  const [low, high] = isEmpty ? [0, 1] : least === most ? [least - Math.abs(least || 1) / 2, most + Math.abs(most || 1) / 2] : [least, most];
  const isLog = (asked ?? high / low > LOG_FROM) && low > 0;
  const scale = (isLog ? scaleLog() : scaleLinear()).domain([low, high]).range([0, 1]);
  const positions = new Float32Array(column.values.length);
  let [nAbsent, nBelow, nAbove] = [0, 0, 0];
  for (let row = 0; row < positions.length; row += 1) {
    const value = column.values[row] ?? NaN;
    const isThere = Number.isFinite(value) && !isMissing(column, row);
    positions[row] = isThere ? scale(Math.min(high, Math.max(low, value))) : NaN;
    nAbsent += Number(!isThere);
    nBelow += Number(isThere && value < low);
    nAbove += Number(isThere && value > high);
  }
  return { name: column.name, kind: isLog ? "log" : "linear", positions, ticks: numberTicks(scale, low, high), nBelow, nAbove, nAbsent, valueAt: (position) => scale.invert(position) };
}

/** The share at each end that may lie beyond an axis, and how much wider it would have to be for them. */
const OUT = 0.05;
const FAR_WIDER = 20;

/** Return the ends of an axis: all of the sorted values, or about their middle 90 % where the rest is far away on any scale. */
function shownRange(sorted: Float64Array): readonly [number, number] {
  const [least = Infinity, most = -Infinity] = [sorted[0], sorted.at(-1)];
  const nOut = Math.ceil(OUT * sorted.length);
  const [from, to] = [sorted[nOut] ?? least, sorted[sorted.length - 1 - nOut] ?? most];
  const isFar = to > from && most - least > FAR_WIDER * (to - from);
  const isFarByRatio = least <= 0 || Math.log(most / least) > FAR_WIDER * Math.log(to / from);
  return isFar && isFarByRatio ? [Math.max(least, from - (to - from) / 2), Math.min(most, to + (to - from) / 2)] : [least, most];
}

/** Return what has to be said of rows that an axis does not show where they are; empty when there are none. */
export function beyondWords(axes: readonly (ValueAxis | undefined)[]): string {
  const of = (count: (axis: ValueAxis) => number) => Math.max(0, ...axes.map((axis) => (axis ? count(axis) : 0)));
  const nBeyond = of((axis) => axis.nBelow + axis.nAbove);
  const nAbsent = of((axis) => axis.nAbsent);
  return [nBeyond ? `${formatCount(nBeyond)} beyond an axis, drawn at its end` : "", nAbsent ? `${formatCount(nAbsent)} without a value` : ""].filter(Boolean).join(" · ");
}

function numberTicks(scale: ReturnType<typeof scaleLinear<number>> | ReturnType<typeof scaleLog<number>>, low: number, high: number): Tick[] {
  const inner = scale.ticks(N_TICKS).filter((value) => value >= low && value <= high);
  const thinned = inner.length > 2 * N_TICKS ? inner.filter((value) => value.toExponential().startsWith("1e")) : inner;
  const shown = thinned.length > 1 ? thinned : [low, high];
  return shown.map((value) => ({ position: scale(value), words: formatNumber(value) }));
}

function categoryAxis(column: TextColumn, hasJitter: boolean): ValueAxis {
  const order = column.values.map((_, code) => code).toSorted((left, right) => compareNatural(column.values[left] ?? "", column.values[right] ?? ""));
  const n = order.length;
  const placeOf = new Float32Array(n);
  order.forEach((code, place) => {
    placeOf[code] = n > 1 ? place / (n - 1) : 0.5;
  });
  const spread = hasJitter ? JITTER / Math.max(1, n - 1) / 2 : 0;
  const positions = new Float32Array(column.codes.length);
  let nAbsent = 0;
  column.codes.forEach((code, row) => {
    positions[row] = code < 0 ? NaN : (placeOf[code] ?? NaN) + spread * noise(row);
    nAbsent += Number(code < 0);
  });
  const words = order.map((code) => column.values[code] ?? "");
  const ticks = words.map((text, place) => ({ position: n > 1 ? place / (n - 1) : 0.5, words: text }));
  return { name: column.name, kind: "category", positions, ticks, nBelow: 0, nAbove: 0, nAbsent, valueAt: (position) => words[Math.round(position * (n - 1))] ?? "" };
}

/** Return a number in −1…1 that always is the same for the same row. */
export function noise(row: number): number {
  const mixed = Math.imul(row + 1, 2654435761) >>> 0;
  return (mixed / 2 ** 31) - 1;
}
