import { decodeFrame, type Frame, type NumberArray } from "@/api/frame";
import { csvCell } from "@/format/csv";

/** A column of numbers; NaN also where nothing was logged, which `isMissing` tells apart. */
export interface NumberColumn {
  readonly kind: "number";
  readonly name: string;
  readonly values: Float64Array | Float32Array;
  readonly missing: Uint8Array | undefined;
}

/** A column of texts: `codes` are places in `values`, −1 where there is none. */
export interface TextColumn {
  readonly kind: "text";
  readonly name: string;
  readonly codes: Int32Array;
  readonly values: readonly string[];
}

export type RunColumn = NumberColumn | TextColumn;

/** Chosen columns of all runs that match, row for row. */
export interface RunColumns {
  readonly nRuns: number;
  readonly ids: readonly string[];
  readonly columns: ReadonlyMap<string, RunColumn>;
}

interface Header {
  readonly n_runs: number;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly values?: readonly string[] }[];
}

const ID_BYTES = 16;

/** Return the columns of the answer of `fetch_run_columns`, which must have been asked for `run_id`, too. */
export function decodeRunColumns(buffer: ArrayBuffer): RunColumns {
  const frame = decodeFrame<Header>(buffer);
  const columns = new Map<string, RunColumn>();
  let ids: readonly string[] = [];
  frame.header.columns.forEach(({ name, type, values = [] }, place) => {
    if (type === "number") columns.set(name, numbersAt(frame, name, place));
    else if (type === "text") columns.set(name, { kind: "text", name, codes: codesAt(frame, place), values });
    else ids = idsOf(frame.arrays.get(`${place}.hex`));
  });
  const spelt = columns.get("run_id");
  if (spelt?.kind === "text") ids = Array.from(spelt.codes, (code) => spelt.values[code] ?? "");
  return { nRuns: frame.header.n_runs, ids, columns };
}

function numbersAt(frame: Frame<Header>, name: string, place: number): NumberColumn {
  const array = frame.arrays.get(`${place}.value`);
  const missing = frame.arrays.get(`${place}.missing`);
  const values = array instanceof Float64Array || array instanceof Float32Array ? array : new Float64Array();
  return { kind: "number", name, values, missing: missing instanceof Uint8Array ? missing : undefined };
}

function codesAt(frame: Frame<Header>, place: number): Int32Array {
  const codes = frame.arrays.get(`${place}.code`);
  return codes instanceof Int32Array ? codes : new Int32Array();
}

function idsOf(bytes: NumberArray | undefined): string[] {
  if (!(bytes instanceof Uint8Array)) return [];
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
  return Array.from({ length: hex.length / ID_BYTES }, (_, row) => hex.slice(row * ID_BYTES, (row + 1) * ID_BYTES).join(""));
}

/** Return whether a row of a column has nothing. */
export function isMissing(column: RunColumn, row: number): boolean {
  return column.kind === "text" ? (column.codes[row] ?? -1) < 0 : column.missing?.[row] === 1;
}

/** Return what a row of a column says, for people. */
export function cellAt(column: RunColumn, row: number): string | number | undefined {
  if (isMissing(column, row)) return undefined;
  return column.kind === "text" ? column.values[column.codes[row] ?? -1] : column.values[row];
}

/** Return chosen columns as CSV, a line for each run. */
export function columnsCsv({ ids, columns, nRuns }: RunColumns, names: readonly string[]): string {
  const own = names.flatMap((name) => columns.get(name) ?? []);
  const lines = [["run_id", ...own.map(({ name }) => name)].map(csvCell).join(",")];
  for (let row = 0; row < nRuns; row += 1) lines.push([ids[row] ?? "", ...own.map((column) => String(cellAt(column, row) ?? ""))].map(csvCell).join(","));
  return `${lines.join("\n")}\n`;
}
