import { expect, test } from "vitest";

import { formatSearch, parseSearch } from "@/url/search";
import { choice, defineState, flag, json, list, number, text } from "@/url/state";

const SCHEMA = defineState({
  q: text(),
  view: choice(["table", "split"], "split"),
  cols: list(),
  size: number(10, 1, 200),
  live: flag(true),
  range: json<readonly number[] | null>(null, (said) => (Array.isArray(said) && said.every(Number.isFinite) ? said : undefined)),
});

test("defaults stay out of the address and unknown fields stay in", () => {
  const search = SCHEMA.patch({ other: "kept" }, { q: "", view: "table", live: true, size: 10 });
  expect(search).toEqual({ other: "kept", view: "table" });
  expect(SCHEMA.patch(search, { view: "split" })).toEqual({ other: "kept" });
});

test("what was written is what is read", () => {
  const values = { q: "metrics.acc > 0.9 and params.a = 'x,y'", view: "table", cols: ["a,b", "c\\", ""], size: 3, live: false, range: [1, 2.5] } as const;
  const query = formatSearch({ ...SCHEMA.patch({}, values) });
  expect(SCHEMA.read(parseSearch(query))).toEqual({ values, ignored: [] });
});

test("what cannot be understood is named and the default stands for it", () => {
  const { values, ignored } = SCHEMA.read({ view: "upside-down", size: "1e9", live: "yes", range: "[", q: "a" });
  expect(ignored).toEqual(["view", "size", "live", "range"]);
  expect(values).toEqual({ q: "a", view: "split", cols: [], size: 10, live: true, range: null });
});
