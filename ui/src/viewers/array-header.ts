/** An array in a file, as its header tells. */
export interface ArrayFact {
  readonly name: string;
  readonly type: string;
  readonly shape: string;
}

/**
 * Return the arrays that the first bytes of a `.npy` or `.safetensors` file describe.
 *
 * @throws RangeError when the bytes are no such header, or not all of it
 */
export function arraysOf(path: string, bytes: Uint8Array<ArrayBuffer>): ArrayFact[] {
  return path.endsWith(".npy") ? [npyFact(bytes)] : safetensorsFacts(bytes);
}

function npyFact(bytes: Uint8Array<ArrayBuffer>): ArrayFact {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] !== 0x93 || new TextDecoder().decode(bytes.subarray(1, 6)) !== "NUMPY") throw new RangeError("This is no NumPy file.");
  const isLong = (bytes[6] ?? 0) >= 2;
  const start = isLong ? 12 : 10;
  const length = isLong ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = new TextDecoder().decode(bytes.subarray(start, start + length));
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1] ?? "structured";
  const shape = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1]?.replace(/,\s*$/, "") ?? "";
  return { name: "array", type, shape: `(${shape})` };
}

function safetensorsFacts(bytes: Uint8Array<ArrayBuffer>): ArrayFact[] {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true));
  if (length + 8 > bytes.length) throw new RangeError("The header is longer than what was read.");
  const header: Record<string, { dtype?: string; shape?: readonly number[] }> = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  return Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, { dtype = "", shape = [] }]) => ({ name, type: dtype, shape: `(${shape.join(", ")})` }));
}
