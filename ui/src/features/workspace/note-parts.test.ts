import { expect, test } from "vitest";

import { notePartsOf, runsOfNote, withRunLinks } from "@/features/workspace/note-parts";

const ID = "0123456789abcdef0123456789abcdef";

test("a note is text and charts in their order", () => {
  const note = 'One\n\n```panel\n{"panel": "val_acc", "q": "params.a = 1"}\n```\n\nTwo\n```python\nprint(1)\n```\n';
  expect(notePartsOf(note)).toEqual([
    { kind: "text", text: "One\n\n" },
    { kind: "panel", panel: "val_acc", q: "params.a = 1", view: "" },
    { kind: "text", text: "\n\nTwo\n```python\nprint(1)\n```\n" },
  ]);
});

test("a block that is no panel says so and leaves the rest", () => {
  expect(notePartsOf("```panel\n{\n```").map(({ kind }) => kind)).toEqual(["wrong"]);
  expect(notePartsOf("```panel\n[1]\n```\nx").map(({ kind }) => kind)).toEqual(["wrong", "text"]);
});

test("runs become links with their words, and names cannot break them", () => {
  const note = `best: [[run:${ID}]], [[run:nothing]]`;
  expect(runsOfNote(note)).toEqual([ID]);
  expect(withRunLinks(note, () => "a[1] · 0.9", (id) => `/r/${id}`)).toBe(`best: [a\\[1\\] · 0.9](/r/${ID}), [[run:nothing]]`);
  expect(withRunLinks(note, () => undefined, () => "")).toBe(note);
});
