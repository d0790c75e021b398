/** What is drawn of a sound: least and greatest amplitude of each stretch, from −1 to 1. */
export interface Waveform {
  readonly seconds: number;
  readonly rate: number;
  readonly channels: number;
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/**
 * Return the shape of a WAV file of 8, 16, 24 or 32 bit integers or 32 bit floats, all channels together.
 *
 * @throws RangeError when it is no such file
 */
export function waveformOf(bytes: Uint8Array<ArrayBuffer>, nStretches: number): Waveform {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 44 || tag(0) !== "RIFF" || tag(8) !== "WAVE") throw new RangeError("This is no WAV file.");
  let [format, channels, rate, bits] = [0, 0, 0, 0];
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    if (tag(at) === "fmt ") {
      format = view.getUint16(at + 8, true);
      channels = view.getUint16(at + 10, true);
      rate = view.getUint32(at + 12, true);
      bits = view.getUint16(at + 22, true);
    } else if (tag(at) === "data") {
      const read = sampleReader(view, format, bits);
      const size = bits / 8;
      const end = Math.min(bytes.length, at + 8 + length);
      const n = Math.floor((end - at - 8) / (size * channels));
      return { seconds: n / rate, rate, channels, ...extremes((sample) => read(at + 8 + sample * size), n * channels, Math.max(1, Math.min(nStretches, n))) };
    }
    at += 8 + length + (length % 2);
  }
  throw new RangeError("This WAV file has no sound.");
}

function sampleReader(view: DataView, format: number, bits: number): (at: number) => number {
  if (bits === 16) return (at) => view.getInt16(at, true) / 2 ** 15;
  if (bits === 8) return (at) => (view.getUint8(at) - 128) / 128;
  if (bits === 24) return (at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23;
  if (bits === 32) return format === 3 ? (at) => view.getFloat32(at, true) : (at) => view.getInt32(at, true) / 2 ** 31;
  throw new RangeError(`WAV files of ${bits} bits are not understood.`);
}

function extremes(read: (sample: number) => number, n: number, nStretches: number): Pick<Waveform, "low" | "high"> {
  const [low, high] = [new Float32Array(nStretches), new Float32Array(nStretches)];
  for (let stretch = 0; stretch < nStretches; stretch += 1) {
    let [least, most] = [Infinity, -Infinity];
    for (let sample = Math.floor((stretch * n) / nStretches); sample < Math.floor(((stretch + 1) * n) / nStretches); sample += 1) {
      const value = read(sample);
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    low[stretch] = Number.isFinite(least) ? least : 0;
    high[stretch] = Number.isFinite(most) ? most : 0;
  }
  return { low, high };
}
