import { expect, test } from "vitest";

import { csvOf, markdownOf } from "@/features/workspace/export-table";
import { defaultColumns, keyTable, nextSort, orderBy } from "@/features/workspace/columns";
import { clauseOfCell, expandFilter, typedPart, withClause } from "@/features/workspace/filters";
import { NO_PREFERENCES } from "@/format/directions";
import { onlyShown, toggled } from "@/features/workspace/shown-runs";

const key = (kind: string, name: string, varies = true, type = "number") => ({ kind, name, type, varies, n_runs: 10, n_distinct: varies ? 5 : 1, value: varies ? null : "1" });
const KEYS = keyTable([key("metric", "train_loss"), key("metric", "val_acc"), key("metric", "epoch"), key("param", "lr"), key("param", "batch", false), key("param", "odd key"), key("tag", "team")]);

test("columns that nobody chose show metrics by weight and the params that vary", () => {
  expect(KEYS.primary).toBe("val_acc");
  expect(defaultColumns(KEYS)).toEqual(["attributes.run_name", "attributes.status", "metrics.val_acc", "metrics.train_loss", "metrics.epoch", "params.lr", "params.`odd key`", "attributes.start_time", "duration"]);
});

test("without a sort the best runs come first", () => {
  expect(orderBy([], { primary: "val_acc", preferences: NO_PREFERENCES })).toEqual(["metrics.val_acc DESC"]);
  expect(orderBy([], { primary: "val_loss", preferences: NO_PREFERENCES })).toEqual(["metrics.val_loss ASC"]);
  expect(orderBy(["-params.lr", "metrics.a"], undefined)).toEqual(["params.lr DESC", "metrics.a ASC"]);
});

test("clicks on a head sort best first, then the other way, then no more", () => {
  const column = { name: "metrics.loss", title: "loss", kind: "metric", isNumeric: true, direction: "lower", width: 80 } as const;
  const first = nextSort(["-params.lr"], column, false);
  const second = nextSort(first, column, false);
  expect([first, second, nextSort(second, column, false)]).toEqual([["metrics.loss"], ["-metrics.loss"], []]);
  expect(nextSort(["-params.lr"], column, true)).toEqual(["-params.lr", "metrics.loss"]);
});

test("a run takes the lowest free colour and keeps it while it is drawn", () => {
  const shown = toggled(["a", "b", "c"], "b");
  expect(shown).toEqual(["a", "", "c"]);
  expect(toggled(shown, "d")).toEqual(["a", "d", "c"]);
  expect(toggled(["a"], "a")).toEqual([]);
  expect(onlyShown(["a", "b", "c"], ["c", "x"])).toEqual(["x", "", "c"]);
});

test("bare words look for names and ids, filters stay as they are", () => {
  expect(expandFilter("run_7")).toBe("(run_name ILIKE '%run\\_7%' OR run_id LIKE 'run\\_7%')");
  expect(expandFilter(" metrics.a > 1 ")).toBe("metrics.a > 1");
});

test("conditions are added without changing what stands there", () => {
  expect(withClause("a = 1 or b = 2", "c = 3")).toBe("(a = 1 or b = 2) and c = 3");
  expect(clauseOfCell("params.name", "it's", false)).toBe("params.name != 'it''s'");
  expect(clauseOfCell("metrics.a", "NaN", true)).toBe("metrics.a is nan");
});

test("what is typed at the caret is told: a key, or the value of a param", () => {
  expect(typedPart("metrics.a > 1 and par", 21)).toEqual({ kind: "key", column: "", start: 18, text: "par" });
  expect(typedPart("params.solver = 'ad", 19)).toEqual({ kind: "value", column: "params.solver", start: 17, text: "ad" });
});

test("what is taken along keeps every digit and every sign", () => {
  const rows = [{ id: "r1", cells: { "metrics.a": 0.1234567890123456, "params.b": 'x, "y"\nz', "params.c": null } }];
  const columns = ["metrics.a", "params.b", "params.c"];
  expect(csvOf(columns, rows)).toBe('run_id,metrics.a,params.b,params.c\nr1,0.1234567890123456,"x, ""y""\nz",\n');
  expect(markdownOf(columns, rows)).toBe('| a | b | c |\n| --- | --- | --- |\n| 0.1234567890123456 | x, "y" z |  |\n');
});
