import { expect, test } from "vitest";

import { progressOf } from "@/features/home/progress";

test("a run whose parameters say where it ends has a share and a time that is left", () => {
  expect(progressOf(24, new Map([["epochs", "100"]]), 50_000)).toEqual({ step: 24, total: 100, share: 0.25, leftMs: 150_000 });
});

test("nothing is invented where no parameter fits", () => {
  expect(progressOf(500, new Map([["epochs", "10"], ["max_steps", "none"]]), 1000)).toEqual({ step: 500, total: undefined, share: undefined, leftMs: undefined });
});
