import { expect, test } from "vitest";

import { readArrays } from "@/viewers/array-header";
import { figureLibrary, hexLines, isText, kindOf } from "@/viewers/kinds";
import { htmlWithMath } from "@/viewers/math";
import { modelFactsOf } from "@/viewers/model-file";
import { htmlFragment } from "@/viewers/safe-html";
import { parseSeparated, sortedRows, tableOfJson, tableOfText } from "@/viewers/tables";
import { waveformOf } from "@/viewers/wav";

test.each([
  ["plots/roc.PNG", "image"], ["a/MLmodel", "model"], ["x.csv", "table"], ["page.html", "html"], ["fig.plotly.json", "figure"], ["weights.bin", "binary"], ["noending", "binary"], ["w.safetensors", "array"],
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

const reading = (bytes: Uint8Array<ArrayBuffer>) => (start: number, end: number) => Promise.resolve({ bytes: bytes.slice(start, end), total: bytes.length });
const ofBase64 = (text: string) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

test("headers of arrays tell names, types, shapes and what the first values are", async () => {
  const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }";
  const npy = new Uint8Array([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, header.length, 0, ...new TextEncoder().encode(header), ...new Uint8Array(Float64Array.of(1, NaN, 4).buffer)]);
  expect(await readArrays("a.npy", reading(npy))).toEqual([{ name: "array", type: "<f8", shape: "(3)", figures: "1 … 4, mean 2.5 of the first 2" }]);
  const text = new TextEncoder().encode(JSON.stringify({ w: { dtype: "F32", shape: [2], data_offsets: [0, 8] }, __metadata__: {} }));
  const safe = new Uint8Array(8 + text.length + 8);
  new DataView(safe.buffer).setBigUint64(0, BigInt(text.length), true);
  safe.set(text, 8);
  safe.set(new Uint8Array(Float32Array.of(-1, 1).buffer), 8 + text.length);
  expect(await readArrays("a.safetensors", reading(safe))).toEqual([{ name: "w", type: "F32", shape: "(2)", figures: "-1 … 1, mean 0 of the first 2" }]);
  await expect(readArrays("a.npy", reading(new Uint8Array(20)))).rejects.toThrow("no NumPy file");
});

// As numpy.savez and numpy.savez_compressed wrote them: w = [[1, 2], [3, 4]], n = [7, -1].
const STORED = "UEsDBC0AAAAAAAAAIQBO+yB1//////////8FABQAdy5ucHkBABAAkAAAAAAAAACQAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxmNCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCAyKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAACAPwAAAEAAAEBAAACAQFBLAwQtAAAAAAAAACEA4JLOvP//////////BQAUAG4ubnB5AQAQAJAAAAAAAAAAkAAAAAAAAACTTlVNUFkBAHYAeydkZXNjcic6ICc8aTgnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgCgcAAAAAAAAA//////////9QSwECLQMtAAAAAAAAACEATvsgdZAAAACQAAAABQAAAAAAAAAAAAAAgAEAAAAAdy5ucHlQSwECLQMtAAAAAAAAACEA4JLOvJAAAACQAAAABQAAAAAAAAAAAAAAgAHHAAAAbi5ucHlQSwUGAAAAAAIAAgBmAAAAjgEAAAAA";
const DEFLATED = "UEsDBC0AAAAIAAAAIQBO+yB1//////////8FABQAdy5ucHkBABAAkAAAAAAAAABTAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CkaaOgq1CmQDLgaGBnsGBgYHIALiBgcAUEsDBC0AAAAIAAAAIQDgks68//////////8FABQAbi5ucHkBABAAkAAAAAAAAABKAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TaaGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQoUAC52Bgj4DwUAUEsBAi0DLQAAAAgAAAAhAE77IHVTAAAAkAAAAAUAAAAAAAAAAAAAAIABAAAAAHcubnB5UEsBAi0DLQAAAAgAAAAhAOCSzrxKAAAAkAAAAAUAAAAAAAAAAAAAAIABigAAAG4ubnB5UEsFBgAAAAACAAIAZgAAAAsBAAAAAA==";

test("an archive of arrays tells its members, stored or packed", async () => {
  const [w, n] = await readArrays("a.npz", reading(ofBase64(STORED)));
  expect([w, n]).toEqual([
    { name: "w", type: "<f4", shape: "(2, 2)", figures: "1 … 4, mean 2.5 of the first 4" },
    { name: "n", type: "<i8", shape: "(2)", figures: "-1 … 7, mean 3 of the first 2" },
  ]);
  await expect(readArrays("a.npz", reading(new Uint8Array(100)))).rejects.toThrow("no NumPy archive");
  // jsdom has no streams of blobs; the browser tests look at a packed one.
  expect(ofBase64(DEFLATED).length).toBeLessThan(ofBase64(STORED).length);
});

test("a model is described by its file", () => {
  const { flavors, fields, facts, example } = modelFactsOf(`
flavors:
  python_function: {loader_module: mlflow.sklearn, env: {conda: conda.yaml}}
  sklearn: {pickled_model: model.pkl}
run_id: abc
saved_input_example_info: {artifact_path: input_example.json}
signature:
  inputs: '[{"type": "double", "name": "x", "required": true}, {"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 8]}}]'
  outputs: '[{"type": "array", "items": {"type": "long"}, "name": "y"}]'
  params: '[{"name": "t", "type": "float", "default": 0.5, "shape": null}]'
`);
  expect(flavors.map(({ name }) => name)).toEqual(["python_function", "sklearn"]);
  expect(fields.map(({ part, name, type, isRequired, initial }) => [part, name, type, isRequired, initial])).toEqual([
    ["input", "x", "double", true, ""], ["input", "1", "float32 [-1,8]", true, ""], ["output", "y", "array of long", true, ""], ["parameter", "t", "float", false, "0.5"],
  ]);
  expect([facts, example]).toEqual([[["run_id", "abc"]], "input_example.json"]);
  expect(() => modelFactsOf("a: 1")).toThrow("no flavor");
  expect(() => modelFactsOf("flavors: {a: {}}\nsignature: {inputs: '['}")).toThrow();
});

test("a sound has a shape", () => {
  const samples = Int16Array.of(0, 16384, -32768, 0);
  const bytes = new Uint8Array(44 + samples.byteLength);
  const view = new DataView(bytes.buffer);
  const put = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
  put(0, "RIFF");
  put(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8000, true);
  view.setUint16(34, 16, true);
  put(36, "data");
  view.setUint32(40, samples.byteLength, true);
  bytes.set(new Uint8Array(samples.buffer), 44);
  const { seconds, low, high } = waveformOf(bytes, 2);
  expect([seconds, [...low], [...high]]).toEqual([0.0005, [0, -1], [0.5, 0]]);
  expect(() => waveformOf(new Uint8Array(50), 2)).toThrow("no WAV file");
});

test("formulas in Markdown become MathML, and money does not", () => {
  const html = htmlWithMath("so $x^2$ and\n\n$$\\sum_i a_i$$\n\nfor $5 and $6");
  expect(html.match(/<math/g)?.length).toBe(2);
  expect(html).toContain("for $5 and $6");
  const holder = document.createElement("div");
  holder.append(htmlFragment(htmlWithMath("$\\href{javascript:alert(1)}{x}$ <img src=x onerror=alert(1)>")));
  expect(holder.querySelector("[href], [onerror]")).toBeNull();
  expect(holder.querySelector("math")).not.toBeNull();
});
