import { expect, test } from "vitest";

import { compareNatural, shortened } from "@/format/names";
import { formatDelta, formatFixed, formatNumber, formatPercent, sharedDecimals } from "@/format/numbers";
import { formatBytes, formatDuration } from "@/format/units";

test.each([
  [0.0023, "0.0023"], [0.98765, "0.9877"], [1234567, "1,234,567"], [1234.5678, "1,235"], [-0.5, "−0.5"],
  [1e60, "1e60"], [0.00001234, "1.234e−5"], [12345678, "1.235e7"], [NaN, "NaN"], [Infinity, "+∞"], [-Infinity, "−∞"], [0, "0"], [-0, "0"],
])("%d reads %s", (value, words) => expect(formatNumber(value)).toBe(words));

test("a small value in a column of few decimals is never shown as zero", () => {
  expect(formatFixed(0.0023, 2)).toBe("0.0023");
  expect(formatFixed(0.5, 2)).toBe("0.50");
  expect(formatFixed(-0.0001, 2)).toBe("−0.0001");
});

test("a column shares the decimals that its values need", () => {
  expect(sharedDecimals([0.5, 0.98765, 12])).toBe(4);
  expect(sharedDecimals([1, 2, NaN, 1e60])).toBe(0);
});

test("differences and shares carry their sign", () => {
  expect(formatDelta(0.006)).toBe("+0.006");
  expect(formatDelta(-3)).toBe("−3");
  expect(formatPercent(-0.2)).toBe("−20 %");
});

test("durations and bytes read as people write them", () => {
  expect(["842", "1500", "41000", "185000", "3840000", "97200000"].map((ms) => formatDuration(Number(ms)))).toEqual(["842 ms", "1.5 s", "41 s", "3m 05s", "1h 04m", "1d 03h"]);
  expect([0, 1023, 1024, 165888].map(formatBytes)).toEqual(["0 B", "1,023 B".replace(",", ""), "1 KiB", "162 KiB"]);
});

test("keys sort naturally and without regard to case", () => {
  expect(["m10", "M2", "a/b", "A"].toSorted(compareNatural)).toEqual(["A", "a/b", "M2", "m10"]);
});

test("a long name keeps both its ends", () => {
  expect(shortened("some/very/long/prefix/value-17", 12)).toBe("some/v…ue-17");
});
