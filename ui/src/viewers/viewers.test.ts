import { expect, test } from "vitest";

import { arraysOf } from "@/viewers/array-header";
import { figureLibrary, hexLines, isText, kindOf } from "@/viewers/kinds";
import { parseSeparated, sortedRows, tableOfJson, tableOfText } from "@/viewers/tables";

test.each([
  ["plots/roc.PNG", "image"], ["a/MLmodel", "text"], ["x.csv", "table"], ["page.html", "html"], ["fig.plotly.json", "figure"], ["weights.bin", "binary"], ["noending", "binary"], ["w.safetensors", "array"],
])("%s is shown as %s", (path, kind) => expect(kindOf(path)).toBe(kind));

test("figures are known by their shape", () => {
  expect(figureLibrary({ data: [], layout: {} })).toBe("plotly");
  expect(figureLibrary({ $schema: "https://vega.github.io/schema/vega-lite/v5.json" })).toBe("vega");
  expect(figureLibrary({ root_id: "1", doc: {}, target_id: null })).toBe("bokeh");
  expect(figureLibrary([1])).toBeUndefined();
});

test("cells may hold separators, ends of lines and quotes", () => {
  expect(parseSeparated('a,b\r\n"x, y","say ""hi""\nthere"\n,2\n', ",")).toEqual([["a", "b"], ["x, y", 'say "hi"\nthere'], ["", "2"]]);
});

test("tables come from every form that holds them", () => {
  expect(tableOfText("a.tsv", "x\ty\n1\t2")).toEqual({ columns: ["x", "y"], rows: [["1", "2"]] });
  expect(tableOfText("a.jsonl", '{"a": 1}\n{"b": [2]}')).toEqual({ columns: ["a", "b"], rows: [["1", ""], ["", "[2]"]] });
  expect(tableOfJson({ columns: ["a"], data: [[null], [3]] })).toEqual({ columns: ["a"], rows: [[""], ["3"]] });
  expect(tableOfJson({ data: [1] })).toBeUndefined();
});

test("rows sort by size where cells are numbers, empty ones last", () => {
  const table = { columns: ["n"], rows: [["10"], [""], ["9"], ["-1"]] };
  expect(sortedRows(table, 0, false)).toEqual([3, 2, 0, 1]);
  expect(sortedRows(table, 0, true)).toEqual([0, 2, 3, 1]);
});

test("text is told from bytes, also when a sign is cut at the end", () => {
  expect(isText(new TextEncoder().encode("größe").slice(0, 3))).toBe(true);
  expect(isText(new Uint8Array([0xff, 0xfe, 65]))).toBe(false);
  expect(hexLines(new Uint8Array([65, 0]))[0]).toBe(`00000000  41 00${" ".repeat(42)}  A·`);
});

test("headers of arrays tell names, types and shapes", () => {
  const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }";
  const npy = new Uint8Array([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, header.length, 0, ...new TextEncoder().encode(header)]);
  expect(arraysOf("a.npy", npy)).toEqual([{ name: "array", type: "<f8", shape: "(3, 4)" }]);
  const text = new TextEncoder().encode(JSON.stringify({ w: { dtype: "F32", shape: [2, 3], data_offsets: [0, 24] }, __metadata__: {} }));
  const safe = new Uint8Array(8 + text.length);
  new DataView(safe.buffer).setBigUint64(0, BigInt(text.length), true);
  safe.set(text, 8);
  expect(arraysOf("a.safetensors", safe)).toEqual([{ name: "w", type: "F32", shape: "(2, 3)" }]);
  expect(() => arraysOf("a.npy", new Uint8Array(20))).toThrow("no NumPy file");
});
