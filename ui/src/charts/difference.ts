import type { NumberArray } from "@/api/frame";
import type { BucketData, ExactData, Series } from "@/charts/series";

/**
 * Return the curves of other runs minus that of `baseId`, metric by metric. Between two points of the
 * baseline its value is interpolated; outside of its range there is no difference.
 */
export function differencesTo(series: readonly Series[], baseId: string): Series[] {
  const bases = new Map(series.filter(({ runId }) => runId === baseId).map((one) => [one.key, one.data]));
  return series.flatMap((one) => {
    const base = bases.get(one.key);
    return base && one.runId !== baseId ? [{ ...one, data: minus(one.data, base) }] : [];
  });
}

function minus(data: ExactData | BucketData, base: ExactData | BucketData): ExactData | BucketData {
  if (data.kind === "buckets" && base.kind === "buckets") return bucketsMinus(data, base);
  const [x, y] = pointsOf(data);
  const [baseX, baseY] = pointsOf(base);
  const kept: number[] = [];
  const values: number[] = [];
  for (let place = 0; place < x.length; place += 1) {
    const value = valueAt(baseX, baseY, Number(x[place]));
    if (value === undefined) continue;
    kept.push(Number(x[place]));
    values.push(Number(y[place]) - value);
  }
  return { kind: "exact", x: Float64Array.from(kept), y: Float64Array.from(values) };
}

/** Both were summed up between the same edges, so that means can be taken from each other; bands cannot. */
function bucketsMinus(data: BucketData, base: BucketData): BucketData {
  const each = (make: (place: number) => number) => Float64Array.from({ length: data.n.length }, (_, place) => make(place));
  const n = each((place) => (Number(base.n[place]) ? Number(data.n[place]) : 0));
  const mean = each((place) => (n[place] ? Number(data.mean[place]) - Number(base.mean[place]) : NaN));
  return { ...data, n, mean, min: mean, max: mean };
}

/** Return points in the order of x; of buckets their means in the middle. */
function pointsOf(data: ExactData | BucketData): readonly [x: NumberArray | number[], y: NumberArray | number[]] {
  if (data.kind === "exact") return [data.x, data.y];
  const places = Array.from({ length: data.n.length }, (_, place) => place).filter((place) => Number(data.n[place]) > 0);
  return [places.map((place) => (Number(data.edges[place]) + Number(data.edges[place + 1])) / 2), places.map((place) => Number(data.mean[place]))];
}

/** Return the value at x between the points around it; undefined outside of them. */
export function valueAt(x: NumberArray | readonly number[], y: NumberArray | readonly number[], at: number): number | undefined {
  let [low, high] = [0, x.length - 1];
  if (high < 0 || at < Number(x[0]) || at > Number(x[high])) return undefined;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (Number(x[middle]) <= at) low = middle;
    else high = middle;
  }
  if (Number(x[high]) === at) return Number(y[high]);
  const span = Number(x[high]) - Number(x[low]);
  return span ? Number(y[low]) + ((at - Number(x[low])) / span) * (Number(y[high]) - Number(y[low])) : Number(y[low]);
}
