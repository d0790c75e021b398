import type { Plot } from "@/charts/plot";
import { bucketMiddle, type GroupSeries, nearestPlace, type Series } from "@/charts/series";
import { formatCount, formatNumber } from "@/format/numbers";

/** What a curve says where the cursor is. */
export interface Reading {
  readonly index: number;
  readonly x: number;
  readonly value: number;
  /** Says the value; written only for the readings that are shown. */
  readonly words: () => string;
  /** Pixels from the cursor to the value. */
  readonly distance: number;
}

/** Return what curves say at a place, the nearest to the cursor first, then by value. */
export function readAt(plot: Plot, series: readonly Series[], groups: readonly GroupSeries[], at: { readonly x: number; readonly y: number }): Reading[] {
  const x = plot.x.toValue(at.x);
  const readings: Reading[] = [];
  series.forEach((one, index) => {
    const read = readSeries(one, x);
    if (read) readings.push({ index, ...read, distance: distanceTo(plot, read.value, at.y) });
  });
  groups.forEach((group, place) => {
    const nearest = nearestPlace(group.x, x);
    if (nearest < 0) return;
    const value = Number(group.center[nearest]);
    const words = () => `${formatNumber(value)} (${formatNumber(Number(group.low[nearest]))}–${formatNumber(Number(group.high[nearest]))}, n=${formatCount(Number(group.n[nearest]))})`;
    readings.push({ index: series.length + place, x: Number(group.x[nearest]), value, words, distance: distanceTo(plot, value, at.y) });
  });
  return readings.toSorted((left, right) => left.distance - right.distance || right.value - left.value);
}

function readSeries({ data }: Series, x: number): { x: number; value: number; words: () => string } | undefined {
  if (data.kind === "exact") {
    const place = nearestPlace(data.x, x);
    if (place < 0) return undefined;
    const value = Number(data.y[place]);
    return { x: Number(data.x[place]), value, words: () => formatNumber(value) };
  }
  const place = bucketAt(data.edges, x);
  const n = Number(data.n[place]);
  if (!(n > 0)) return undefined;
  const value = Number(data.mean[place]);
  const range = () => (n > 1 ? ` (${formatNumber(Number(data.min[place]))}–${formatNumber(Number(data.max[place]))}, n=${formatCount(n)})` : "");
  return { x: bucketMiddle(data, place), value, words: () => formatNumber(value) + range() };
}

function bucketAt(edges: ArrayLike<number | bigint>, x: number): number {
  const first = Number(edges[0]);
  const last = Number(edges[edges.length - 1]);
  const place = Math.floor(((x - first) / (last - first || 1)) * (edges.length - 1));
  return Math.min(edges.length - 2, Math.max(0, place));
}

function distanceTo(plot: Plot, value: number, y: number): number {
  const distance = Math.abs(plot.y.toPixel(value) - y);
  return Number.isFinite(distance) ? distance : Infinity;
}
