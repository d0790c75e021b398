import { expect, test } from "vitest";

import { nearestStep, stepsOf } from "@/viewers/media-files";
import { flattened } from "@/features/run/recorded";
import { writtenParams } from "@/features/run/written-params";

test("the file nearest to a step is shown, of equally near ones the earlier", () => {
  expect(stepsOf([{ step: 10 }, {}, { step: 2 }, { step: 10 }])).toEqual([0, 2, 10]);
  expect(nearestStep([0, 100, 400], 412)).toBe(400);
  expect(nearestStep([0, 10], 5)).toBe(0);
  expect(nearestStep([], 5)).toBeNaN();
});

test("params are written as code that keeps their types and their texts", () => {
  const params = [["lr", "0.01"], ["hidden", "(64, 32)"], ["flag", "True"], ["id", "0123"], ["long", "12345678901234567890"]] as const;
  expect(writtenParams(params, "python")).toBe('{\n    "lr": 0.01,\n    "hidden": "(64, 32)",\n    "flag": True,\n    "id": "0123",\n    "long": "12345678901234567890",\n}');
  expect(JSON.parse(writtenParams(params, "json"))).toEqual({ lr: 0.01, hidden: "(64, 32)", flag: "True", id: "0123", long: "12345678901234567890" });
  expect(writtenParams([["lr", "0.1"], ["name", "it's"]], "cli")).toBe(`--lr=0.1 --name='it'"'"'s'`);
  expect(writtenParams([["a.b", "x: y"]], "yaml")).toBe('a.b: "x: y"');
});

test("recorded documents become lines, and what is none becomes nothing", () => {
  expect(flattened('{"git": {"commit": "abc", "none": null}, "arguments": ["a", "b"], "n": 2}')).toEqual([["git.commit", "abc"], ["arguments", "a b"], ["n", "2"]]);
  expect(flattened("{")).toEqual([]);
  expect(flattened(null)).toEqual([]);
});
