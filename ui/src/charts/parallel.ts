import type { ValueAxis } from "@/charts/value-axis";

/** A range brushed on an axis, as positions 0…1. */
export interface Brush {
  readonly axis: string;
  readonly from: number;
  readonly to: number;
}

/** How one axis is shown. */
export interface ShownAxis {
  readonly axis: ValueAxis;
  readonly isFlipped: boolean;
}

/** Where the axes are, in CSS pixels. */
export interface ParallelLayout {
  readonly xs: readonly number[];
  readonly top: number;
  readonly bottom: number;
  /** The tick below the axes for rows without a value. */
  readonly absentY: number;
}

const MARGIN = 70;
const TOP = 34;
const BELOW = 34;

/** Return where `n` axes go on a canvas. */
export function parallelLayout(n: number, width: number, height: number): ParallelLayout {
  const gap = n > 1 ? (width - 2 * MARGIN) / (n - 1) : 0;
  const xs = Array.from({ length: n }, (_, place) => (n > 1 ? MARGIN + place * gap : width / 2));
  return { xs, top: TOP, bottom: height - BELOW, absentY: height - BELOW + 18 };
}

/** Return for every row the height in pixels on every axis: row-major, `n × axes`. */
export function lineHeights(axes: readonly ShownAxis[], layout: ParallelLayout, n: number): Float32Array {
  const heights = new Float32Array(n * axes.length);
  const span = layout.bottom - layout.top;
  axes.forEach(({ axis, isFlipped }, number) => {
    for (let row = 0; row < n; row += 1) {
      const position = axis.positions[row] ?? NaN;
      const share = isFlipped ? position : 1 - position;
      heights[row * axes.length + number] = Number.isNaN(share) ? layout.absentY : layout.top + share * span;
    }
  });
  return heights;
}

/** Return which rows pass every brush: on one axis any of its ranges, over the axes all. */
export function brushed(axes: readonly ValueAxis[], brushes: readonly Brush[], n: number): Uint8Array {
  const passes = new Uint8Array(n).fill(1);
  for (const axis of axes) {
    const own = brushes.filter((brush) => brush.axis === axis.name);
    if (!own.length) continue;
    for (let row = 0; row < n; row += 1) {
      const position = axis.positions[row] ?? NaN;
      if (!own.some(({ from, to }) => position >= from && position <= to)) passes[row] = 0;
    }
  }
  return passes;
}

/** Return the row whose line passes nearest to a point, within `reach` pixels; −1 when none does. */
export function nearestLine(heights: Float32Array, layout: ParallelLayout, passes: Uint8Array, at: { readonly x: number; readonly y: number }, reach = 6): number {
  const n = layout.xs.length;
  const right = layout.xs.findIndex((x) => x >= at.x);
  const left = right <= 0 ? Math.max(0, right) : right - 1;
  const next = Math.min(n - 1, left + 1);
  const span = (layout.xs[next] ?? 0) - (layout.xs[left] ?? 0);
  const share = span ? Math.min(1, Math.max(0, (at.x - (layout.xs[left] ?? 0)) / span)) : 0;
  let nearest = -1;
  let least = reach;
  for (let row = 0; row < passes.length; row += 1) {
    if (!passes[row]) continue;
    const from = heights[row * n + left] ?? NaN;
    const distance = Math.abs(from + share * ((heights[row * n + next] ?? NaN) - from) - at.y);
    if (distance < least) {
      least = distance;
      nearest = row;
    }
  }
  return nearest;
}

/** Return the filter that says what the brushes select. */
export function filterOfBrushes(axes: readonly ValueAxis[], brushes: readonly Brush[]): string {
  const clauses = axes.flatMap((axis) => {
    const own = brushes.filter((brush) => brush.axis === axis.name);
    if (!own.length) return [];
    const parts = own.map((brush) => clauseOf(axis, brush));
    return [parts.length > 1 ? `(${parts.join(" or ")})` : (parts[0] ?? "")];
  });
  return clauses.join(" and ");
}

function clauseOf(axis: ValueAxis, { from, to }: Brush): string {
  const { name } = axis;
  if (axis.kind !== "category") {
    // Rounded outwards in the 6th digit: what is within the brush stays within.
    const low = Number(Number(axis.valueAt(from)).toPrecision(6));
    const high = Number(Number(axis.valueAt(to)).toPrecision(6));
    // An end of the axis stands for all that lies beyond it.
    const bounds = [from <= 0 && axis.nBelow ? "" : `${name} >= ${low}`, to >= 1 && axis.nAbove ? "" : `${name} <= ${high}`].filter(Boolean);
    return bounds.join(" and ") || `${name} is not null`;
  }
  const chosen = axis.ticks.filter((tick) => tick.position >= from - 1e-6 && tick.position <= to + 1e-6);
  return `${name} in (${chosen.map((tick) => `'${tick.words.replaceAll("'", "''")}'`).join(", ")})`;
}
