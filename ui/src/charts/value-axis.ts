import { scaleLinear, scaleLog } from "d3-scale";

import { isMissing, type NumberColumn, type RunColumn, type TextColumn } from "@/charts/run-columns";
import { compareNatural } from "@/format/names";
import { formatNumber } from "@/format/numbers";

/** Where the values of a column stand along an axis of length 1, from its lower end. */
export interface ValueAxis {
  readonly name: string;
  readonly kind: "linear" | "log" | "category";
  /** Position in 0…1 of each row; NaN where there is none or the value is not finite. */
  readonly positions: Float32Array;
  readonly ticks: readonly Tick[];
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
  let least = Infinity;
  let most = -Infinity;
  for (let row = 0; row < column.values.length; row += 1) {
    const value = column.values[row] ?? NaN;
    if (!Number.isFinite(value) || isMissing(column, row)) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const isEmpty = least > most;
  const [low, high] = isEmpty ? [0, 1] : least === most ? [least - Math.abs(least || 1) / 2, most + Math.abs(most || 1) / 2] : [least, most];
  const isLog = (asked ?? high / low > LOG_FROM) && low > 0;
  const scale = (isLog ? scaleLog() : scaleLinear()).domain([low, high]).range([0, 1]);
  const positions = new Float32Array(column.values.length);
  let nAbsent = 0;
  for (let row = 0; row < positions.length; row += 1) {
    const value = column.values[row] ?? NaN;
    const isThere = Number.isFinite(value) && !isMissing(column, row);
    positions[row] = isThere ? scale(value) : NaN;
    nAbsent += Number(!isThere);
  }
  return { name: column.name, kind: isLog ? "log" : "linear", positions, ticks: numberTicks(scale, low, high), nAbsent, valueAt: (position) => scale.invert(position) };
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
  return { name: column.name, kind: "category", positions, ticks, nAbsent, valueAt: (position) => words[Math.round(position * (n - 1))] ?? "" };
}

/** A number in −1…1 that always is the same for the same row. */
function noise(row: number): number {
  const mixed = Math.imul(row + 1, 2654435761) >>> 0;
  return (mixed / 2 ** 31) - 1;
}
