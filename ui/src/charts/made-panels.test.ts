import { expect, test } from "vitest";

import { inOrder, keysOfPanel, movedPanel, titleOfPanel, writtenPanel } from "@/charts/made-panels";

test("a panel of metrics and a formula is written and read again", () => {
  const made = writtenPanel(["train_loss", "val_loss"], " = val_loss - train_loss ");
  expect(keysOfPanel(made)).toEqual(["train_loss", "val_loss", "= val_loss - train_loss"]);
  expect(titleOfPanel(keysOfPanel(made))).toBe("train_loss, val_loss, val_loss - train_loss");
  expect(writtenPanel(["a"], "")).toBe("a");
});

test("a panel that is moved stays where it was put, the others as they were", () => {
  const titles = ["a", "b", "c", "d"];
  const order = movedPanel(titles, [], "c", "a");
  expect(inOrder(titles, order, (title) => title)).toEqual(["c", "a", "b", "d"]);
  const again = movedPanel(["c", "a", "b", "d"], order, "d", "b");
  expect(inOrder(titles, again, (title) => title)).toEqual(["c", "a", "d", "b"]);
  expect(inOrder(titles, ["gone"], (title) => title)).toEqual(titles);
});
