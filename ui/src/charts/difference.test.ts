import { expect, test } from "vitest";

import { minusBaseline } from "@/charts/difference";
import type { BucketData, Series, SeriesAnswer } from "@/charts/series";

function answerOf(...series: readonly Series[]): SeriesAnswer {
  return { xMin: 0, xMax: 10, nBuckets: 3, cursor: "", series, groups: [], groupColumns: [] };
}

function exact(runId: string, points: readonly (readonly [number, number])[]): Series {
  return { runId, key: "loss", data: { kind: "exact", x: Float64Array.from(points, ([x]) => x), y: Float64Array.from(points, ([, y]) => y) } };
}

function buckets(runId: string, entries: readonly (readonly [n: number, min: number, max: number, mean: number])[], nNan: readonly number[] = entries.map(() => 0)): Series {
  const none = new Uint32Array(entries.length);
  const data: BucketData = {
    kind: "buckets", edges: Float64Array.from({ length: entries.length + 1 }, (_, place) => place * 10), n: Uint32Array.from(entries, ([n]) => n),
    min: Float64Array.from(entries, ([, min]) => min), max: Float64Array.from(entries, ([, , max]) => max), mean: Float64Array.from(entries, ([, , , mean]) => mean), nNan: Uint32Array.from(nNan), nPosInf: none, nNegInf: none,
  };
  return { runId, key: "loss", data };
}

function only(answer: SeriesAnswer) {
  expect(answer.series).toHaveLength(1);
  return answer.series[0]?.data;
}

test("the baseline is linear between its points and has nothing beyond them", () => {
  const data = only(minusBaseline(answerOf(exact("base", [[2, 10], [6, 30]]), exact("other", [[1, 0], [2, 11], [3, 15], [6, 30], [7, 0]])), "base"));
  expect(data).toEqual({ kind: "exact", x: Float64Array.of(2, 3, 6), y: Float64Array.of(1, 0, 0) });
});

test("where the baseline is NaN so is the difference", () => {
  const data = only(minusBaseline(answerOf(exact("base", [[0, 1], [1, NaN], [2, 1]]), exact("other", [[0, 2], [0.5, 2], [1, 2], [2, 2]])), "base"));
  expect(data).toMatchObject({ y: Float64Array.of(1, NaN, NaN, 1) });
});

test("a metric that the baseline lacks has no difference", () => {
  const other: Series = { ...exact("other", [[0, 1]]), key: "acc" };
  expect(minusBaseline(answerOf(exact("base", [[0, 1]]), other), "base").series).toEqual([]);
});

test("a baseline that goes back along x has no value there", () => {
  expect(minusBaseline(answerOf(exact("base", [[0, 1], [2, 1], [1, 1]]), exact("other", [[1, 1]])), "base").series).toEqual([]);
});

test("in shared buckets the means are subtracted, and the band holds all that two points can differ", () => {
  const data = only(minusBaseline(answerOf(buckets("base", [[5, 0, 2, 1], [0, 0, 0, 0], [5, 2, 4, 3]]), buckets("other", [[9, 4, 6, 5], [9, 4, 6, 5], [0, 0, 0, 0]])), "base"));
  // In the middle bucket the baseline has no point: it is the line from 1 to 3.
  expect(data).toMatchObject({ n: Uint32Array.of(9, 9, 0), mean: Float64Array.of(4, 3, 0), min: Float64Array.of(2, 2, 0), max: Float64Array.of(6, 4, 0) });
});

test("a baseline of few points is put into the buckets of a long curve", () => {
  const data = only(minusBaseline(answerOf(exact("base", [[1, 1], [9, 3], [25, 2]]), buckets("other", [[9, 4, 6, 5], [9, 4, 6, 5], [9, 4, 6, 5]])), "base"));
  expect(data).toMatchObject({ n: Uint32Array.of(9, 9, 9), min: Float64Array.of(1, 4 - 2.625, 2), max: Float64Array.of(5, 6 - 2.625, 4), mean: Float64Array.of(3, 5 - 2.625, 3) });
});

test("points against a baseline in buckets are compared with the line through their means", () => {
  const data = only(minusBaseline(answerOf(buckets("base", [[5, 0, 2, 1], [5, 2, 4, 3]]), exact("other", [[0, 9], [5, 9], [10, 9], [15, 9], [16, 9]])), "base"));
  expect(data).toEqual({ kind: "exact", x: Float64Array.of(5, 10, 15), y: Float64Array.of(8, 7, 6) });
});

test("NaN in a bucket of the baseline is told", () => {
  const data = only(minusBaseline(answerOf(buckets("base", [[5, 0, 2, 1], [0, 0, 0, 0]], [0, 3]), buckets("other", [[9, 4, 6, 5], [9, 4, 6, 5]])), "base"));
  expect(data).toMatchObject({ n: Uint32Array.of(9, 0), nNan: Uint32Array.of(0, 3) });
});
