/**
 * Binary answers: 4 bytes with the header's length (little-endian), the header as JSON, then typed
 * arrays, each at a multiple of 8 bytes. The arrays are views of the answer: nothing is copied.
 */
export type NumberArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array | BigInt64Array;

export interface Frame<Header> {
  readonly header: Header;
  readonly arrays: ReadonlyMap<string, NumberArray>;
}

interface ArrayPlace {
  readonly name: string;
  readonly type: string;
  readonly length: number;
}

const VIEWS: Record<string, (buffer: ArrayBuffer, start: number, length: number) => NumberArray> = {
  "<f4": (buffer, start, length) => new Float32Array(buffer, start, length),
  "<f8": (buffer, start, length) => new Float64Array(buffer, start, length),
  "<i4": (buffer, start, length) => new Int32Array(buffer, start, length),
  "<u4": (buffer, start, length) => new Uint32Array(buffer, start, length),
  "<i8": (buffer, start, length) => new BigInt64Array(buffer, start, length),
  "|u1": (buffer, start, length) => new Uint8Array(buffer, start, length),
};
const ALIGNMENT = 8;

/**
 * Return the header and the arrays of a frame.
 *
 * @throws RangeError when the bytes are no frame.
 */
export function decodeFrame<Header>(buffer: ArrayBuffer): Frame<Header> {
  if (buffer.byteLength < 4) throw new RangeError("The frame is cut off.");
  const headerLength = new DataView(buffer).getUint32(0, true);
  let start = 4 + headerLength;
  if (start > buffer.byteLength) throw new RangeError("The frame is cut off.");
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, headerLength));
  const header: Header & { arrays: readonly ArrayPlace[] } = JSON.parse(text);
  const arrays = new Map<string, NumberArray>();
  for (const { name, type, length } of header.arrays) {
    const view = VIEWS[type];
    if (!view) throw new RangeError(`The frame has an array of unknown type ${type}.`);
    const array = view(buffer, start, length);
    arrays.set(name, array);
    start += array.byteLength + ((ALIGNMENT - (array.byteLength % ALIGNMENT)) % ALIGNMENT);
  }
  return { header, arrays };
}
