import { type BucketData, bucketMiddle, type ExactData, type Series, type SeriesAnswer } from "@/charts/series";

/** Points of a curve whose x never goes back. */
interface Known {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * Return an answer with each curve minus that of one run; that run's own curves are left out.
 *
 * The baseline is linear between its points and has nothing beyond them, so where it ends the difference ends. Two
 * curves in buckets are compared bucket by bucket: the difference of the means, and as its band the least and the
 * greatest that any two of their points can differ. A curve whose baseline goes back and forth along x has no difference.
 */
export function minusBaseline(answer: SeriesAnswer, baseId: string): SeriesAnswer {
  const bases = new Map(answer.series.filter(({ runId }) => runId === baseId).map(({ key, data }) => [key, data]));
  const series = answer.series.flatMap((one): Series[] => {
    const base = bases.get(one.key);
    if (!base || one.runId === baseId) return [];
    const data = one.data.kind === "exact" ? exactMinus(one.data, base) : bucketsMinus(one.data, base);
    return data ? [{ ...one, data }] : [];
  });
  return { ...answer, series };
}

function exactMinus(data: ExactData, base: ExactData | BucketData): ExactData | undefined {
  const known = knownOf(base);
  if (!known) return undefined;
  const x: number[] = [];
  const y: number[] = [];
  for (let place = 0; place < data.x.length; place += 1) {
    const at = Number(data.x[place]);
    const under = valueAt(known, at);
    if (under === undefined) continue;
    x.push(at);
    y.push(Number(data.y[place]) - under);
  }
  return { kind: "exact", x: Float64Array.from(x), y: Float64Array.from(y) };
}

function bucketsMinus(data: BucketData, base: ExactData | BucketData): BucketData | undefined {
  const known = knownOf(base);
  if (!known) return undefined;
  const { edges } = data;
  const other = base.kind === "exact" ? bucketsOf(base, edges) : base;
  const length = data.n.length;
  const difference = { n: new Uint32Array(length), min: new Float64Array(length), max: new Float64Array(length), mean: new Float64Array(length) };
  const counts = { nNan: new Uint32Array(length), nPosInf: new Uint32Array(length), nNegInf: new Uint32Array(length) };
  for (let place = 0; place < length; place += 1) {
    const n = Number(data.n[place]);
    const hasBase = Number(other.n[place]) > 0;
    const between = hasBase ? undefined : valueAt(known, bucketMiddle(data, place));
    const under = hasBase ? { min: Number(other.min[place]), max: Number(other.max[place]), mean: Number(other.mean[place]) } : between === undefined ? undefined : { min: between, max: between, mean: between };
    if (under && n > 0 && Number.isFinite(under.mean)) {
      difference.n[place] = n;
      difference.mean[place] = Number(data.mean[place]) - under.mean;
      difference.min[place] = Number(data.min[place]) - under.max;
      difference.max[place] = Number(data.max[place]) - under.min;
    }
    if (!under && !hasNonFinite(other, place)) continue;
    counts.nNan[place] = Number(data.nNan[place]) + (n > 0 ? Number(other.nNan[place]) : 0);
    counts.nPosInf[place] = Number(data.nPosInf[place]) + (n > 0 ? Number(other.nNegInf[place]) : 0);
    counts.nNegInf[place] = Number(data.nNegInf[place]) + (n > 0 ? Number(other.nPosInf[place]) : 0);
  }
  return { kind: "buckets", edges, ...difference, ...counts };
}

function hasNonFinite(data: BucketData, place: number): boolean {
  return Number(data.nNan[place]) + Number(data.nPosInf[place]) + Number(data.nNegInf[place]) > 0;
}

/** Return raw points in the buckets of another curve. */
function bucketsOf({ x, y }: ExactData, edges: BucketData["edges"]): BucketData {
  const length = Math.max(0, edges.length - 1);
  const made = {
    n: new Uint32Array(length), min: new Float64Array(length).fill(Infinity), max: new Float64Array(length).fill(-Infinity), mean: new Float64Array(length),
    nNan: new Uint32Array(length), nPosInf: new Uint32Array(length), nNegInf: new Uint32Array(length),
  };
  const first = Number(edges[0]);
  const width = (Number(edges[length]) - first) / length;
  for (let point = 0; point < x.length; point += 1) {
    const place = Math.min(length - 1, Math.floor((Number(x[point]) - first) / width));
    const value = Number(y[point]);
    if (!(place >= 0) || Number(x[point]) > Number(edges[length])) continue;
    const add = (counts: Uint32Array) => { counts[place] = (counts[place] ?? 0) + 1; };
    if (Number.isNaN(value)) add(made.nNan);
    else if (!Number.isFinite(value)) add(value > 0 ? made.nPosInf : made.nNegInf);
    else {
      add(made.n);
      made.min[place] = Math.min(made.min[place] ?? value, value);
      made.max[place] = Math.max(made.max[place] ?? value, value);
      made.mean[place] = (made.mean[place] ?? 0) + (value - (made.mean[place] ?? 0)) / (made.n[place] ?? 1);
    }
  }
  return { kind: "buckets", edges, ...made };
}

function knownOf(data: ExactData | BucketData): Known | undefined {
  if (data.kind === "buckets") {
    const places = Array.from(data.n, Number).flatMap((n, place) => (n > 0 || hasNonFinite(data, place) ? [place] : []));
    return { x: Float64Array.from(places, (place) => bucketMiddle(data, place)), y: Float64Array.from(places, (place) => (Number(data.n[place]) > 0 ? Number(data.mean[place]) : NaN)) };
  }
  const known = { x: Float64Array.from(data.x, Number), y: Float64Array.from(data.y, Number) };
  return known.x.every((x, place) => place === 0 || x >= (known.x[place - 1] ?? x)) ? known : undefined;
}

/** Return the value at `at`, linear between the two points around it; undefined beyond the first and the last. */
function valueAt({ x, y }: Known, at: number): number | undefined {
  if (!x.length || !(at >= (x[0] ?? NaN) && at <= (x.at(-1) ?? NaN))) return undefined;
  let low = 0;
  let high = x.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((x[middle] ?? NaN) < at) low = middle + 1;
    else high = middle;
  }
  const [rightX = NaN, rightY = NaN] = [x[low], y[low]];
  if (rightX === at) return rightY;
  const [leftX = NaN, leftY = NaN] = [x[low - 1], y[low - 1]];
  return leftY + ((at - leftX) / (rightX - leftX)) * (rightY - leftY);
}
