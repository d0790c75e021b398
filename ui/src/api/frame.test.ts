import { expect, test } from "vitest";

import { decodeFrame } from "@/api/frame";

function frameOf(header: object, arrays: readonly (Float64Array | Uint8Array)[]): ArrayBuffer {
  let text = JSON.stringify(header);
  while ((text.length + 4) % 8) text += " ";
  const size = 4 + text.length + arrays.reduce((sum, array) => sum + Math.ceil(array.byteLength / 8) * 8, 0);
  const buffer = new ArrayBuffer(size);
  new DataView(buffer).setUint32(0, text.length, true);
  new Uint8Array(buffer).set(new TextEncoder().encode(text), 4);
  let start = 4 + text.length;
  for (const array of arrays) {
    new Uint8Array(buffer).set(new Uint8Array(array.buffer), start);
    start += Math.ceil(array.byteLength / 8) * 8;
  }
  return buffer;
}

test("a frame gives its header and its arrays, NaN and infinities included", () => {
  const values = new Float64Array([1, NaN, -Infinity, 1e60]);
  const places = [
    { name: "a", type: "|u1", length: 3 },
    { name: "b", type: "<f8", length: 4 },
  ];
  const frame = decodeFrame<{ total: number }>(frameOf({ total: 7, arrays: places }, [new Uint8Array([1, 2, 3]), values]));
  expect(frame.header.total).toBe(7);
  expect([...(frame.arrays.get("a") ?? [])]).toEqual([1, 2, 3]);
  expect([...(frame.arrays.get("b") ?? [])]).toEqual([1, NaN, -Infinity, 1e60]);
});

test("a frame that is cut off is refused", () => {
  const whole = frameOf({ arrays: [{ name: "a", type: "<f8", length: 2 }] }, [new Float64Array([1, 2])]);
  expect(() => decodeFrame(whole.slice(0, whole.byteLength - 8))).toThrow("Invalid typed array length");
  expect(() => decodeFrame(new ArrayBuffer(2))).toThrow("cut off");
});
