import { expect, test } from "vitest";

import { NO_PREFERENCES } from "@/format/directions";
import { compareRow, compareRuns, type ComparedRun, differenceTo, packageRows, summarise } from "@/features/compare/comparison";

function run(name: string, params: Record<string, string>, metrics: Record<string, number>, slot = 0): ComparedRun {
  const pairs = <Value>(fields: Record<string, Value>) => Object.entries(fields).map(([key, value]) => ({ key, value }));
  return {
    id: name, name, slot,
    run: {
      info: { run_id: name, run_uuid: name, experiment_id: "1", run_name: name, user_id: "", status: "FINISHED", start_time: 0, artifact_uri: "", lifecycle_stage: "active" },
      data: { params: pairs(params), metrics: pairs(metrics).map((metric) => ({ ...metric, timestamp: 0, step: 0 })), tags: [] },
      inputs: { dataset_inputs: [] },
      outputs: {},
    },
  };
}

test("the sentence says how the best run differs from the baseline", () => {
  const runs = [run("run-03", { lr: "0.1", seed: "1" }, { val_acc: 0.981 }), run("run-17", { lr: "0.01", seed: "1" }, { val_acc: 0.987 })];
  const sections = compareRuns(runs);
  expect(summarise(runs, sections, 0)).toBe("run-17 is +0.006 val_acc over run-03 (0.981); differs in lr");
  expect(sections.map(({ name, rows }) => [name, rows.filter(({ differs }) => differs).length])).toEqual([["Metrics", 1], ["Parameters", 1]]);
});

test("the best value follows the direction, and NaN is never best", () => {
  expect([...compareRow("val_loss", [0.5, NaN, 0.2], NO_PREFERENCES).best]).toEqual([2]);
  expect([...compareRow("val_acc", [0.5, undefined, 0.2], NO_PREFERENCES).best]).toEqual([0]);
  expect([...compareRow("epoch", [1, 2], NO_PREFERENCES).best]).toEqual([]);
});

test("NaN equals NaN, and a missing value differs from any", () => {
  expect(compareRow("a", [NaN, NaN]).differs).toBe(false);
  expect(compareRow("a", ["1", undefined]).differs).toBe(true);
});

test("differences carry sign, share and whether they are for the better", () => {
  expect(differenceTo(2, 1.6, "lower")).toEqual({ words: "−0.4 −20 %", tone: "better" });
  expect(differenceTo(0, 1, undefined)).toEqual({ words: "+1", tone: "neutral" });
  expect(differenceTo(1, NaN, "lower")).toBeUndefined();
});

test("packages are paired by name", () => {
  const rows = packageRows(["numpy==1.0\nold==2", "numpy==1.1\nNew==1"]);
  expect(rows.map(({ key, values }) => [key, ...values])).toEqual([["new", undefined, "1"], ["numpy", "1.0", "1.1"], ["old", "2", undefined]]);
});
