/** An array in a file: as its header tells, and what its first values are. */
export interface ArrayFact {
  readonly name: string;
  readonly type: string;
  readonly shape: string;
  /** Figures of the values that were read, as words; empty where they are no plain numbers. */
  readonly figures: string;
}

type Reader = (start: number, end: number) => Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly total: number }>;

const HEADER_BYTES = 4 * 1024 * 1024;
const BLOCK_BYTES = 64 * 1024;
const MOST_MEMBERS = 100;

/**
 * Return the arrays of a `.npy`, `.npz` or `.safetensors` file, of which only headers and first values are read.
 *
 * @throws RangeError when the bytes are no such file
 */
export async function readArrays(path: string, read: Reader): Promise<ArrayFact[]> {
  if (path.endsWith(".npy")) return [npyFact("array", (await read(0, BLOCK_BYTES)).bytes)];
  if (path.endsWith(".npz")) return readNpz(read);
  return safetensorsFacts((await read(0, HEADER_BYTES)).bytes);
}

/** Return what the first bytes of a `.npy` file say. */
export function npyFact(name: string, bytes: Uint8Array<ArrayBuffer>): ArrayFact {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] !== 0x93 || new TextDecoder().decode(bytes.subarray(1, 6)) !== "NUMPY") throw new RangeError("This is no NumPy file.");
  const isLong = (bytes[6] ?? 0) >= 2;
  const start = isLong ? 12 : 10;
  const length = isLong ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = new TextDecoder().decode(bytes.subarray(start, start + length));
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1] ?? "structured";
  const shape = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1]?.replace(/,\s*$/, "") ?? "";
  return { name, type, shape: `(${shape})`, figures: figuresOf(type.replace(/^[<|]/, ""), bytes.subarray(start + length)) };
}

function safetensorsFacts(bytes: Uint8Array<ArrayBuffer>): ArrayFact[] {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true));
  if (length + 8 > bytes.length) throw new RangeError("The header is longer than what was read.");
  const header: Record<string, { dtype?: string; shape?: readonly number[]; data_offsets?: readonly number[] }> = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  return Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, { dtype = "", shape = [], data_offsets: [from = 0, to = 0] = [] }]) => {
      const own = bytes.subarray(8 + length + from, 8 + length + Math.min(to, from + BLOCK_BYTES));
      return { name, type: dtype, shape: `(${shape.join(", ")})`, figures: figuresOf(SAFE_TYPES[dtype] ?? "", own) };
    });
}

const SAFE_TYPES: Readonly<Record<string, string>> = { F64: "f8", F32: "f4", I64: "i8", I32: "i4", I16: "i2", I8: "i1", U8: "u1" };
const READERS: Readonly<Record<string, readonly [size: number, read: (view: DataView, at: number) => number]>> = {
  f8: [8, (view, at) => view.getFloat64(at, true)],
  f4: [4, (view, at) => view.getFloat32(at, true)],
  i8: [8, (view, at) => Number(view.getBigInt64(at, true))],
  u8: [8, (view, at) => Number(view.getBigUint64(at, true))],
  i4: [4, (view, at) => view.getInt32(at, true)],
  u4: [4, (view, at) => view.getUint32(at, true)],
  i2: [2, (view, at) => view.getInt16(at, true)],
  u2: [2, (view, at) => view.getUint16(at, true)],
  i1: [1, (view, at) => view.getInt8(at)],
  u1: [1, (view, at) => view.getUint8(at)],
  b1: [1, (view, at) => view.getUint8(at)],
};

/** Return the least, the mean and the greatest of the finite values in some bytes, and how many there were. */
export function figuresOf(type: string, bytes: Uint8Array<ArrayBuffer>): string {
  const reader = READERS[type];
  if (!reader) return "";
  const [size, read] = reader;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [least, most, sum, n] = [Infinity, -Infinity, 0, 0];
  for (let at = 0; at + size <= bytes.length; at += size) {
    const value = read(view, at);
    if (!Number.isFinite(value)) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
    sum += value;
    n += 1;
  }
  const words = (value: number) => String(Number(value.toPrecision(4)));
  return n ? `${words(least)} … ${words(most)}, mean ${words(sum / n)} of the first ${n.toLocaleString("en")}` : "";
}

const END_MARK = 0x06054b50;
const ENTRY_MARK = 0x02014b50;
const END_BYTES = 66_000;

interface Member {
  readonly name: string;
  readonly isDeflated: boolean;
  readonly packed: number;
  readonly at: number;
}

async function readNpz(read: Reader): Promise<ArrayFact[]> {
  const { total } = await read(0, 1);
  const start = Math.max(0, total - END_BYTES);
  const tail = (await read(start, total)).bytes;
  const members = await membersOf(tail, start, read);
  return Promise.all(
    members.slice(0, MOST_MEMBERS).map(async ({ name, isDeflated, packed, at }) => {
      const local = (await read(at, at + 30)).bytes;
      const view = new DataView(local.buffer, local.byteOffset, local.byteLength);
      const from = at + 30 + view.getUint16(26, true) + view.getUint16(28, true);
      const { bytes } = await read(from, from + Math.min(packed, BLOCK_BYTES));
      return npyFact(name.replace(/\.npy$/, ""), isDeflated ? await inflated(bytes) : bytes);
    }),
  );
}

/** Return what the list at the end of a ZIP file names. */
async function membersOf(tail: Uint8Array<ArrayBuffer>, start: number, read: Reader): Promise<Member[]> {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  let end = tail.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END_MARK) end -= 1;
  if (end < 0) throw new RangeError("This is no NumPy archive.");
  const [length, offset] = [view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
  const list = offset >= start ? tail.subarray(offset - start, offset - start + length) : (await read(offset, offset + length)).bytes;
  const entries = new DataView(list.buffer, list.byteOffset, list.byteLength);
  const members: Member[] = [];
  for (let at = 0; at + 46 <= list.length && entries.getUint32(at, true) === ENTRY_MARK; ) {
    const nameLength = entries.getUint16(at + 28, true);
    members.push({ name: new TextDecoder().decode(list.subarray(at + 46, at + 46 + nameLength)), isDeflated: entries.getUint16(at + 10, true) === 8, packed: entries.getUint32(at + 20, true), at: entries.getUint32(at + 42, true) });
    at += 46 + nameLength + entries.getUint16(at + 30, true) + entries.getUint16(at + 32, true);
  }
  return members;
}

/** Return the beginning of what was packed, of which only a part may be there. */
async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || length > BLOCK_BYTES) break;
      parts.push(value);
      length += value.length;
    }
  } catch {
    // The rest of it was not read: what came out so far is what is looked at.
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
