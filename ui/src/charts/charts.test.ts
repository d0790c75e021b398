import { expect, test } from "vitest";

import { yRange } from "@/charts/extents";
import { apart } from "@/charts/line-chart";
import { type LineStyle, paintSeries } from "@/charts/paint-lines";
import { paretoFront, scores } from "@/charts/pareto";
import { SvgPen } from "@/charts/pen";
import { layOut, type Plot } from "@/charts/plot";
import { readAt } from "@/charts/readout";
import { regression } from "@/charts/regression";
import { makeScale, ticksOf } from "@/charts/scales";
import type { BucketData, Series } from "@/charts/series";
import { filterOfBrushes } from "@/charts/parallel";
import { beyondWords, valueAxis } from "@/charts/value-axis";
import { shortened } from "@/format/names";

const STYLE: LineStyle = { colour: "#123456", dash: [], width: 1.5, alpha: 1, hasBand: false };

function exact(runId: string, ys: readonly number[]): Series {
  return { runId, key: "loss", data: { kind: "exact", x: Float64Array.from(ys.keys()), y: Float64Array.from(ys) } };
}

function bucketed(max: readonly number[], mean = max.map(() => 0.1)): Series {
  const zero = new Uint32Array(max.length);
  const data: BucketData = {
    kind: "buckets", edges: Float64Array.from({ length: max.length + 1 }, (_, place) => place * 100), n: Uint32Array.from(max, () => 100),
    min: Float64Array.from(mean, (value) => value - 0.01), max: Float64Array.from(max), mean: Float64Array.from(mean), nNan: zero, nPosInf: zero, nNegInf: zero,
  };
  return { runId: "a", key: "loss", data };
}

function plotOf(series: Series, xRange: readonly [number, number], mode: "auto" | "all" = "auto"): Plot {
  const range = yRange([series], [], mode, false);
  return layOut({ width: 500, height: 200, xRange, yRange: [range.low, range.high], yKind: "linear", xUnit: "number" });
}

function drawn(series: Series, plot: Plot): string {
  const pen = new SvgPen(500, 200, "#fff");
  paintSeries(pen, plot, series, STYLE);
  return pen.toString();
}

test("one spike among many buckets has its whisker, which ends in a triangle where auto clips", () => {
  const max = Array.from({ length: 200 }, (_, place) => (place === 77 ? 25 : 0.11));
  const series = bucketed(max);
  const range = yRange([series], [], "auto", false);
  expect(range.isClipped).toBe(false);
  const plot = plotOf(series, [0, 20_000]);
  const whisker = /M(\S+) \S+L\1 /.exec(drawn(series, plot));
  expect(Number(whisker?.[1])).toBeCloseTo(plot.x.toPixel(7750), 1);
});

test("a run that reaches 1e60 neither flattens the others nor disappears", () => {
  const wild = exact("wild", [1, 2, 1e60]);
  const calm = Array.from({ length: 50 }, (_, run) => exact(`calm ${run}`, [1, 0.8, 0.6, 0.5]));
  const range = yRange([wild, ...calm], [], "auto", false);
  expect(range.high).toBeLessThan(10);
  expect([...range.above]).toEqual(["wild"]);
  const plot = layOut({ width: 500, height: 200, xRange: [0, 3], yRange: [range.low, range.high], yKind: "linear", xUnit: "number" });
  expect(drawn(wild, plot)).toMatch(/L\S+ \S+L\S+ \S+Z/);
});

test("all mode shows everything, and what is not finite does not count", () => {
  const range = yRange([exact("a", [1, NaN, Infinity, 1e6])], [], "all", false);
  expect(range.high).toBeGreaterThan(1e6);
  expect(Number.isFinite(range.high)).toBe(true);
});

test("a logarithmic axis counts what it cannot show", () => {
  const range = yRange([exact("a", [0, -1, 10, 100])], [], "all", true);
  expect(range.nNotPositive).toBe(2);
  expect(range.low).toBeGreaterThan(0);
});

test("NaN breaks the line and stands as a cross on the strip", () => {
  const series = exact("a", [1, 2, NaN, 4, 5]);
  const svg = drawn(series, plotOf(series, [0, 4]));
  const line = /d="([^"]*)"/.exec(svg)?.[1] ?? "";
  expect(line.match(/M/g)).toHaveLength(2);
});

test("scales turn values to pixels and back", () => {
  for (const kind of ["linear", "log", "symlog"] as const) {
    const scale = makeScale(kind, [0.01, 100], [0, 300]);
    for (const value of [0.01, 0.5, 3, 100]) expect(scale.toValue(scale.toPixel(value))).toBeCloseTo(value, 9);
  }
  expect(makeScale("symlog", [-10, 10], [0, 100]).toPixel(0)).toBeCloseTo(50, 9);
});

test("ticks are round, within the axis, and never a false zero", () => {
  const ticks = ticksOf(makeScale("linear", [0, 0.0031], [0, 300]), 4);
  expect(ticks.map(({ words }) => words)).toEqual(["0.000", "0.001", "0.002", "0.003"]);
  expect(ticksOf(makeScale("log", [1e-5, 1], [0, 300]), 6).map(({ value }) => value)).toEqual([1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1]);
  expect(ticksOf(makeScale("linear", [0, 7_200_000], [0, 300]), 4, "duration").map(({ words }) => words)).toEqual(["0 ms", "30m 00s", "1h 00m", "1h 30m", "2h 00m"]);
});

test("the reading nearest to the cursor comes first, buckets with their range and count", () => {
  const max = Array.from({ length: 100 }, () => 0.4);
  const one = bucketed(max, max.map(() => 0.2));
  const other = bucketed(max, max.map(() => 0.39));
  const plot = plotOf(one, [0, 10_000], "all");
  const readings = readAt(plot, [one, other], [], { x: plot.x.toPixel(5050), y: plot.y.toPixel(0.38) });
  expect(readings.map(({ index }) => index)).toEqual([1, 0]);
  expect(readings[1]?.words()).toBe("0.2 (0.19–0.4, n=100)");
});

test("the Pareto front is what brute force finds", () => {
  const rows = Array.from({ length: 200 }, (_, row) => [Math.sin(row * 7.1), Math.cos(row * 3.3), row % 7]);
  const objectives = [0, 1, 2].map((place) => ({ name: String(place), direction: place === 1 ? "lower" : "higher", values: rows.map((row) => row[place] ?? NaN) }) as const);
  const better = (left: number, right: number) => {
    const signs = objectives.map(({ direction, values }) => ((values[left] ?? 0) - (values[right] ?? 0)) * (direction === "higher" ? 1 : -1));
    return signs.every((sign) => sign >= 0) && signs.some((sign) => sign > 0);
  };
  const all = rows.map((_, row) => row);
  const expected = all.filter((row) => !all.some((other) => better(other, row)));
  expect(paretoFront(objectives, rows.length).toSorted((left, right) => left - right)).toEqual(expected);
  expect(scores([{ name: "a", direction: "higher", values: [1, 3] }], [1], [0, 1])).toEqual([0, 1]);
});

test("limits and values that are not finite keep rows out of the front", () => {
  const objectives = [
    { name: "acc", direction: "higher", values: [0.9, 0.99, NaN, 0.95] },
    { name: "ms", direction: "lower", values: [1, 9, 1, 2], limit: 5 },
  ] as const;
  expect(paretoFront(objectives, 4)).toEqual([3, 0]);
});

test("labels keep apart and inside", () => {
  expect(apart([10, 12, 50], 12, 100)).toEqual([10, 22, 50]);
  expect(apart([90, 95, 99], 12, 100)).toEqual([76, 88, 100]);
});

test("the regression is that of least squares", () => {
  const line = regression([1, 2, 3, 4, NaN], [3, 5, 7, 9, 0]);
  expect(line?.slope).toBeCloseTo(2, 12);
  expect(line?.intercept).toBeCloseTo(1, 12);
  expect(line?.r).toBeCloseTo(1, 12);
  expect(line?.n).toBe(4);
});

test("categories that share a long beginning stay apart, by place and by name", () => {
  const values = Array.from({ length: 3 }, (_, place) => `${"the_same_long_beginning_".repeat(4)}${place}`);
  const axis = valueAxis({ kind: "text", name: "params.a", codes: Int32Array.from([2, 0, 1, -1]), values });
  expect([...axis.positions].slice(0, 3)).toEqual([1, 0, 0.5]);
  expect(axis.positions[3]).toBeNaN();
  expect(new Set(axis.ticks.map(({ words }) => shortened(words, 16))).size).toBe(3);
  expect(axis.nAbsent).toBe(1);
});

test("an axis is logarithmic where positive values span more than a hundredfold", () => {
  const column = (values: readonly number[]) => ({ kind: "number", name: "a", values: Float64Array.from(values), missing: undefined }) as const;
  expect(valueAxis(column([1e-4, 0.1])).kind).toBe("log");
  expect(valueAxis(column([0, 1000])).kind).toBe("linear");
  expect(valueAxis(column([1, 2, NaN])).nAbsent).toBe(1);
});

test("one run that diverged neither flattens an axis nor is left out of a brush", () => {
  const column = (values: number[]) => ({ kind: "number", name: "metrics.a", values: Float64Array.from(values), missing: undefined }) as const;
  const calm = Array.from({ length: 30 }, (_, row) => 0.5 + row / 100);
  const axis = valueAxis(column([...calm, 1e60]));
  expect([axis.kind, axis.nAbove, axis.nBelow, axis.positions[30]]).toEqual(["linear", 1, 0, 1]);
  expect((axis.positions[29] ?? 0) - (axis.positions[0] ?? 0)).toBeGreaterThan(0.4);
  expect(filterOfBrushes([axis], [{ axis: "metrics.a", from: 0.5, to: 1 }])).toMatch(/^metrics\.a >= [\d.]+$/);
  expect(beyondWords([axis])).toBe("1 beyond an axis, drawn at its end");
  // Learning rates over some powers of ten are no outliers.
  expect(valueAxis(column([...Array.from({ length: 30 }, (_, row) => 1e-4 * (1 + row)), 1])).nAbove).toBe(0);
});
