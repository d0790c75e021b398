import { expect, test } from "vitest";

import { movedBefore, pairsOf, withPair } from "@/features/workspace/column-state";
import { clausesOf } from "@/features/workspace/filters";
import { PLAIN, shareOf } from "@/features/workspace/table/cell-words";

test("what is said of a column is found by its name, bars and all", () => {
  const pairs = withPair(withPair(["metrics.a|60"], "metrics.`x|y`", "80"), "metrics.a", "90");
  expect([...pairsOf(pairs)]).toEqual([["metrics.`x|y`", "80"], ["metrics.a", "90"]]);
  expect(withPair(pairs, "metrics.a", "")).toEqual(["metrics.`x|y`|80"]);
});

test("columns move before others, or to the end", () => {
  expect(movedBefore(["a", "b", "c"], "c", "a")).toEqual(["c", "a", "b"]);
  expect(movedBefore(["a", "b", "c"], "a", "c")).toEqual(["b", "a", "c"]);
  expect(movedBefore(["a", "b", "c"], "a", "")).toEqual(["b", "c", "a"]);
});

test("a filter falls into the conditions that and joins", () => {
  expect(clausesOf("a = 1 AND b = 'x and y' and (c = 1 or d = 2)")).toEqual(["a = 1", "b = 'x and y'", "(c = 1 or d = 2)"]);
  expect(clausesOf("a = 1 and b = 2 or c = 3")).toEqual(["a = 1 and b = 2 or c = 3"]);
  expect(clausesOf("params.`and or` = 1 and x is nan")).toEqual(["params.`and or` = 1", "x is nan"]);
  expect(clausesOf("a = 'open and b = 1")).toEqual(["a = 'open and b = 1"]);
  expect(clausesOf("  ")).toEqual([]);
});

test("a value stands between the least and the most of its column, by logarithm where they are far apart", () => {
  expect(shareOf(5, { ...PLAIN, least: 0, most: 10 })).toBe(0.5);
  expect(shareOf(1, { ...PLAIN, least: 0.01, most: 100 })).toBeCloseTo(0.5);
  expect(shareOf(NaN, { ...PLAIN, least: 0, most: 1 })).toBeUndefined();
  expect(shareOf(1, PLAIN)).toBeUndefined();
});
