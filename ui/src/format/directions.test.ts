import { expect, test } from "vitest";

import { byWeight, guessDirection } from "@/format/directions";

test.each([
  ["val_loss", "lower"], ["valLoss", "lower"], ["val/accuracy", "higher"], ["test_f1", "higher"], ["latency_ms", "lower"], ["model_size", "lower"],
  ["lossless_ratio", undefined], ["accumulated_steps", undefined], ["timestamp", undefined], ["oscore", undefined], ["epoch", undefined], ["loss_score", "higher"],
])("%s is better %s", (key, direction) => expect(guessDirection(key)).toBe(direction));

test("what was measured on data not seen comes first, costs and unknown metrics later", () => {
  expect(byWeight(["epoch", "train_acc", "latency_ms", "val_loss", "val_acc"])).toEqual(["val_acc", "val_loss", "train_acc", "latency_ms", "epoch"]);
});
