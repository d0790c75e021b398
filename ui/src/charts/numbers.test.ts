import { expect, test } from "vitest";

import { boxesOf, quantile } from "@/charts/boxes";
import { placeNodes } from "@/charts/lineage-layout";
import { surfaceOf } from "@/charts/surface";

test("a plane is found again within its samples, and nothing outside of them", () => {
  const [xs, ys] = [[0, 1, 0, 0.5], [0, 0, 1, 0.25]];
  const { values } = surfaceOf(xs, ys, xs.map((x, place) => 2 * x + 3 * (ys[place] ?? 0)), 10, 10);
  for (let row = 0; row < 10; row += 1)
    for (let column = 0; column < 10; column += 1) {
      const [x, y] = [(column + 0.5) / 10, (row + 0.5) / 10];
      const value = values[row * 10 + column] ?? 0;
      if (x + y < 1 - 1e-6) expect(value).toBeCloseTo(2 * x + 3 * y, 9);
      if (x + y > 1 + 1e-6) expect(value).toBeNaN();
    }
});

test("samples on a line, or too few, make no surface", () => {
  expect(surfaceOf([0, 0.5, 1], [0, 0.5, 1], [1, 2, 3], 8, 8).values.every(Number.isNaN)).toBe(true);
  expect(surfaceOf([0, 1], [0, 1], [1, 2], 4, 4).values.every(Number.isNaN)).toBe(true);
});

test("samples at one place count with their mean, those without a value not at all", () => {
  const { values } = surfaceOf([0, 1, 0, 0, 0.5], [0, 0, 1, 1, 0.5], [1, 1, 0, 2, NaN], 4, 4);
  expect(values[0]).toBeCloseTo(1);
});

test("quartiles are NumPy's", () => {
  expect([0.25, 0.5, 0.75].map((share) => quantile([1, 2, 3, 4], share))).toEqual([1.75, 2.5, 3.25]);
  expect(quantile([7], 0.25)).toBe(7);
});

test("boxes come with the best median first, and whiskers stop at outliers", () => {
  const [good, bad] = boxesOf(["a", "b", "empty"], [0, 0, 0, 0, 0, 1, 1, -1], [1, 2, 3, 4, 100, 9, 11, 5], "higher");
  expect([good?.name, good?.median]).toEqual(["b", 10]);
  expect([bad?.name, bad?.low, bad?.high, bad?.rows.length]).toEqual(["a", 1, 4, 5]);
});

test("nodes of a graph stand in columns by depth, each column centred", () => {
  const { places, width, height } = placeNodes([{ depth: -1 }, { depth: 0 }, { depth: 1 }, { depth: 1 }]);
  expect([width, height]).toEqual([3 * 190 + 2 * 56, 2 * 42 + 10]);
  expect(places.map(({ left, top }) => [left, top])).toEqual([[0, 26], [246, 26], [492, 0], [492, 52]]);
  expect(placeNodes([])).toEqual({ places: [], width: 0, height: 0 });
});
