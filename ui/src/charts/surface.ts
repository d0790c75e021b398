import { Delaunay } from "d3-delaunay";

/** A surface through samples, on a grid of cells; NaN where no triangle of samples lies. */
export interface Surface {
  readonly nx: number;
  readonly ny: number;
  /** Row by row from the lower edge. */
  readonly values: Float64Array;
}

/**
 * Return the surface through samples whose places are in 0…1, linear within each triangle of neighbours.
 * Samples at the same place count with their mean; outside of the samples nothing is invented.
 */
export function surfaceOf(xs: ArrayLike<number>, ys: ArrayLike<number>, zs: ArrayLike<number>, nx: number, ny: number): Surface {
  const samples = merged(xs, ys, zs);
  const values = new Float64Array(nx * ny).fill(NaN);
  if (samples.length < 3) return { nx, ny, values };
  const { triangles } = Delaunay.from(samples, ({ x }) => x, ({ y }) => y);
  for (let corner = 0; corner < triangles.length; corner += 3) {
    const [a, b, c] = [samples[triangles[corner] ?? 0], samples[triangles[corner + 1] ?? 0], samples[triangles[corner + 2] ?? 0]];
    if (a && b && c) fillTriangle(values, nx, ny, a, b, c);
  }
  return { nx, ny, values };
}

interface Sample {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

function merged(xs: ArrayLike<number>, ys: ArrayLike<number>, zs: ArrayLike<number>): Sample[] {
  const sums = new Map<string, { x: number; y: number; sum: number; n: number }>();
  for (let place = 0; place < xs.length; place += 1) {
    const [x, y, z] = [xs[place] ?? NaN, ys[place] ?? NaN, zs[place] ?? NaN];
    if (!Number.isFinite(x + y + z)) continue;
    const key = `${x} ${y}`;
    const known = sums.get(key) ?? { x, y, sum: 0, n: 0 };
    known.sum += z;
    known.n += 1;
    sums.set(key, known);
  }
  return [...sums.values()].map(({ x, y, sum, n }) => ({ x, y, z: sum / n }));
}

const EDGE = -1e-9;

function fillTriangle(values: Float64Array, nx: number, ny: number, a: Sample, b: Sample, c: Sample): void {
  const area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
  if (!area) return;
  const from = (least: number, n: number) => Math.max(0, Math.ceil(least * n - 0.5));
  const to = (most: number, n: number) => Math.min(n - 1, Math.floor(most * n - 0.5));
  const [left, right] = [from(Math.min(a.x, b.x, c.x), nx), to(Math.max(a.x, b.x, c.x), nx)];
  const [low, high] = [from(Math.min(a.y, b.y, c.y), ny), to(Math.max(a.y, b.y, c.y), ny)];
  for (let row = low; row <= high; row += 1)
    for (let column = left; column <= right; column += 1) {
      const [x, y] = [(column + 0.5) / nx, (row + 0.5) / ny];
      const ofB = ((x - a.x) * (c.y - a.y) - (c.x - a.x) * (y - a.y)) / area;
      const ofC = ((b.x - a.x) * (y - a.y) - (x - a.x) * (b.y - a.y)) / area;
      const ofA = 1 - ofB - ofC;
      if (ofA >= EDGE && ofB >= EDGE && ofC >= EDGE) values[row * nx + column] = ofA * a.z + ofB * b.z + ofC * c.z;
    }
}
