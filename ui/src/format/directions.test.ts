import { expect, test } from "vitest";

import { byWeight, directionOf, guessDirection, preferencesOf } from "@/format/directions";

test.each([
  ["val_loss", "lower"], ["valLoss", "lower"], ["val/accuracy", "higher"], ["test_f1", "higher"], ["latency_ms", "lower"], ["model_size", "lower"],
  ["lossless_ratio", undefined], ["accumulated_steps", undefined], ["timestamp", undefined], ["oscore", undefined], ["epoch", undefined], ["loss_score", "higher"],
])("%s is better %s", (key, direction) => expect(guessDirection(key)).toBe(direction));

test("what was measured on data not seen comes first, costs and unknown metrics later", () => {
  expect(byWeight(["epoch", "train_acc", "latency_ms", "val_loss", "val_acc"])).toEqual(["val_acc", "val_loss", "train_acc", "latency_ms", "epoch"]);
});

test("what an experiment says comes before what a name suggests", () => {
  const said = preferencesOf([{ key: "assay.direction.loss", value: "higher" }, { key: "assay.direction.acc", value: "none" }, { key: "assay.primary_metric", value: "epoch" }, { key: "assay.direction.loss", value: "lower" }]);
  expect([directionOf("loss", said), directionOf("acc", said), directionOf("val_acc", said)]).toEqual(["higher", undefined, "higher"]);
  expect(byWeight(["val_acc", "epoch"], said)).toEqual(["epoch", "val_acc"]);
});
