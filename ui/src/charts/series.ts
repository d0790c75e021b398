import { decodeFrame, type NumberArray } from "@/api/frame";

/** Raw points, in the order in which they were logged along x. */
export interface ExactData {
  readonly kind: "exact";
  readonly x: NumberArray;
  readonly y: NumberArray;
}

/** One entry for each stretch between two of the shared edges. */
export interface BucketData {
  readonly kind: "buckets";
  readonly edges: NumberArray;
  readonly n: NumberArray;
  readonly min: NumberArray;
  readonly max: NumberArray;
  readonly mean: NumberArray;
  readonly nNan: NumberArray;
  readonly nPosInf: NumberArray;
  readonly nNegInf: NumberArray;
}

/** A curve of one metric of one run. */
export interface Series {
  readonly runId: string;
  readonly key: string;
  readonly data: ExactData | BucketData;
}

/** A group of runs: its middle and its band at each x. */
export interface GroupSeries {
  readonly values: readonly (string | number | null)[];
  readonly key: string;
  readonly nRuns: number;
  readonly x: NumberArray;
  readonly n: NumberArray;
  readonly center: NumberArray;
  readonly low: NumberArray;
  readonly high: NumberArray;
}

/** An answer of `query_series`. */
export interface SeriesAnswer {
  readonly xMin: number;
  readonly xMax: number;
  readonly nBuckets: number;
  readonly cursor: string;
  readonly series: readonly Series[];
  readonly groups: readonly GroupSeries[];
  readonly groupColumns: readonly string[];
}

interface Header {
  readonly x_min: number | null;
  readonly x_max: number | null;
  readonly n_buckets: number;
  readonly cursor?: string;
  readonly columns?: readonly string[];
  readonly series?: readonly { readonly run_id: string; readonly key: string; readonly exact?: boolean; readonly unchanged?: boolean }[];
  readonly groups?: readonly { readonly values: readonly (string | number | null)[]; readonly key: string; readonly n_runs: number }[];
}

/** What buckets are asked for beside their usual figures. */
export const FIELDS = ["n_nan", "n_posinf", "n_neginf"] as const;
const NOTHING = new Float64Array();

/** Return what an answer of `query_series` holds; curves that came as unchanged are left out. */
export function decodeSeries(buffer: ArrayBuffer): SeriesAnswer {
  const { header, arrays } = decodeFrame<Header>(buffer);
  const array = (place: number, name: string) => arrays.get(`${place}.${name}`) ?? NOTHING;
  const edges = arrays.get("edges") ?? NOTHING;
  const series = (header.series ?? []).flatMap((entry, place): Series[] => {
    if (entry.unchanged) return [];
    const data: ExactData | BucketData = entry.exact
      ? { kind: "exact", x: array(place, "x"), y: array(place, "value") }
      : {
          kind: "buckets", edges, n: array(place, "n"), min: array(place, "min"), max: array(place, "max"), mean: array(place, "mean"),
          nNan: array(place, "n_nan"), nPosInf: array(place, "n_posinf"), nNegInf: array(place, "n_neginf"),
        };
    return [{ runId: entry.run_id, key: entry.key, data }];
  });
  const groups = (header.groups ?? []).map((entry, place) => ({
    values: entry.values, key: entry.key, nRuns: entry.n_runs, x: array(place, "x"), n: array(place, "n"),
    center: array(place, "center"), low: array(place, "low"), high: array(place, "high"),
  }));
  return {
    xMin: header.x_min ?? NaN, xMax: header.x_max ?? NaN, nBuckets: header.n_buckets, cursor: header.cursor ?? "", series, groups, groupColumns: header.columns ?? [],
  };
}

/** Return the middle of a bucket. */
export function bucketMiddle({ edges }: BucketData, place: number): number {
  return (Number(edges[place]) + Number(edges[place + 1])) / 2;
}

/** Return the place in increasing `xs` whose value is nearest to `x`; −1 when there is none. */
export function nearestPlace(xs: NumberArray, x: number): number {
  let low = 0;
  let high = xs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Number(xs[middle]) < x) low = middle + 1;
    else high = middle;
  }
  if (low > 0 && Math.abs(Number(xs[low - 1]) - x) <= Math.abs(Number(xs[low]) - x)) return low - 1;
  return xs.length ? low : -1;
}
