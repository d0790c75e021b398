import type { ExactData, GroupSeries, Series } from "@/charts/series";

export type OutlierMode = "auto" | "all" | "percentile";

/** What of the values in view is shown, and what lies beyond it. */
export interface YRange {
  readonly low: number;
  readonly high: number;
  readonly isClipped: boolean;
  /** Run ids of curves with finite values above or below the range. */
  readonly above: ReadonlySet<string>;
  readonly below: ReadonlySet<string>;
  /** Values that a logarithmic axis cannot show. */
  readonly nNotPositive: number;
}

const AUTO_RATIO = 20;
const SAMPLES = 4000;
const PADDING = 0.04;

interface Extremes {
  readonly id: string;
  readonly min: number;
  readonly max: number;
}

/**
 * Return the y-range for curves: all of it, or the 1st to 99th percentile of the finite values when the
 * mode is `percentile`, or `auto` and the whole range is over 20 times as wide.
 */
export function yRange(series: readonly Series[], groups: readonly GroupSeries[], mode: OutlierMode, isLog: boolean): YRange {
  const samples: number[] = [];
  const extremes = [...series.map((one) => seriesExtremes(one, samples, isLog)), ...groups.map((one) => groupExtremes(one, samples, isLog))];
  let low = Infinity;
  let high = -Infinity;
  for (const { min, max } of extremes) {
    low = Math.min(low, min);
    high = Math.max(high, max);
  }
  const nNotPositive = isLog ? series.reduce((sum, one) => sum + countNotPositive(one), 0) : 0;
  if (low > high) return { low: isLog ? 0.1 : 0, high: 1, isClipped: false, above: new Set(), below: new Set(), nNotPositive };
  const robust = robustRange(samples);
  const isClipped = robust !== undefined && mode !== "all" && (mode === "percentile" || isFarWider([low, high], robust, isLog));
  if (isClipped) [low, high] = [Math.max(low, robust[0] - slack(robust, isLog)), Math.min(high, robust[1] + slack(robust, isLog))];
  const [from, to] = padded(low, high, isLog);
  const beyond = (test: (one: Extremes) => boolean) => new Set(isClipped ? extremes.filter(test).map(({ id }) => id) : []);
  return { low: from, high: to, isClipped, above: beyond(({ max }) => max > to), below: beyond(({ min }) => min < from), nNotPositive };
}

/** Return how far beyond the robust range is shown, so that what lies just outside is no outlier. */
function slack([low, high]: readonly [number, number], isLog: boolean): number {
  return isLog ? 0 : (high - low) / 2;
}

function isFarWider([low, high]: readonly [number, number], [from, to]: readonly [number, number], isLog: boolean): boolean {
  return isLog ? Math.log10(high / low) > AUTO_RATIO * Math.log10(to / from) : high - low > AUTO_RATIO * (to - from);
}

function padded(low: number, high: number, isLog: boolean): [number, number] {
  if (isLog) {
    const factor = low === high ? 2 : (high / low) ** PADDING;
    return [low / factor, high * factor];
  }
  const margin = low === high ? Math.abs(low) * 0.1 || 1 : (high - low) * PADDING;
  return [low - margin, high + margin];
}

function robustRange(samples: number[]): [number, number] | undefined {
  if (samples.length < 3) return undefined;
  const sorted = Float64Array.from(samples).toSorted();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  const range: [number, number] = [at(0.01), at(0.99)];
  return range[0] < range[1] ? range : undefined;
}

function seriesExtremes({ runId, data }: Series, samples: number[], isLog: boolean): Extremes {
  const [lows, highs, middles] = data.kind === "exact" ? [data.y, data.y, data.y] : [data.min, data.max, data.mean];
  let min = Infinity;
  let max = -Infinity;
  const stride = Math.max(1, Math.floor(middles.length / SAMPLES));
  for (let place = 0; place < middles.length; place += 1) {
    const low = Number(lows[place]);
    const high = Number(highs[place]);
    if (Number.isFinite(low) && (!isLog || low > 0) && low < min) min = low;
    if (Number.isFinite(high) && (!isLog || high > 0) && high > max) max = high;
    const middle = Number(middles[place]);
    if (place % stride === 0 && Number.isFinite(middle) && (!isLog || middle > 0)) samples.push(middle);
  }
  return { id: runId, min: isLog && min === Infinity ? max : min, max };
}

function groupExtremes(group: GroupSeries, samples: number[], isLog: boolean): Extremes {
  const data: ExactData = { kind: "exact", x: group.x, y: group.low };
  const low = seriesExtremes({ runId: "", key: "", data }, [], isLog);
  const middle = seriesExtremes({ runId: "", key: "", data: { ...data, y: group.center } }, samples, isLog);
  const high = seriesExtremes({ runId: "", key: "", data: { ...data, y: group.high } }, [], isLog);
  return { id: JSON.stringify(group.values), min: Math.min(low.min, middle.min), max: Math.max(high.max, middle.max) };
}

function countNotPositive({ data }: Series): number {
  const values = data.kind === "exact" ? data.y : data.min;
  let count = 0;
  for (const value of values) count += Number(Number(value) <= 0);
  return count;
}
