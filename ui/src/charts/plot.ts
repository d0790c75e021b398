import type { Palette } from "@/charts/palette";
import type { Pen } from "@/charts/pen";
import { type AxisTick, type AxisUnit, makeScale, type Scale, type ScaleKind, ticksOf } from "@/charts/scales";

/** Where the data of a chart is drawn, in CSS pixels, and how values become places there. */
export interface Plot {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
  readonly x: Scale;
  readonly y: Scale;
  readonly xTicks: readonly AxisTick[];
  readonly yTicks: readonly AxisTick[];
}

export const FONT = '11px Inter, system-ui, sans-serif';
/** Strip under the axis for what has no place on it: NaN, and values that a logarithm lacks. */
export const STRIP = 9;

const SIGN_WIDTH = 6.4;
const TOP = 8;
const RIGHT = 12;
const BELOW = 22;
const PIXELS_PER_X_TICK = 90;
const PIXELS_PER_Y_TICK = 34;

interface PlotSpec {
  readonly width: number;
  readonly height: number;
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  readonly xKind?: ScaleKind;
  readonly yKind: ScaleKind;
  readonly xUnit: AxisUnit;
  /** Room at the right for labels at the ends of lines. */
  readonly labelWidth?: number;
}

/** Return the layout of a chart: the left margin is as wide as the words there need. */
export function layOut(spec: PlotSpec): Plot {
  const { width, height, yKind, xUnit } = spec;
  const bottom = height - BELOW - STRIP;
  const y = makeScale(yKind, widened(spec.yRange, yKind), [bottom, TOP]);
  const yTicks = ticksOf(y, Math.max(2, Math.floor((bottom - TOP) / PIXELS_PER_Y_TICK)));
  const left = Math.ceil(Math.max(16, ...yTicks.map(({ words }) => words.length * SIGN_WIDTH))) + 10;
  const right = Math.max(left + 10, width - RIGHT - (spec.labelWidth ?? 0));
  const x = makeScale(spec.xKind ?? "linear", widened(spec.xRange, spec.xKind ?? "linear"), [left, right]);
  const xTicks = ticksOf(x, Math.max(2, Math.floor((right - left) / PIXELS_PER_X_TICK)), xUnit);
  return { left, top: TOP, right, bottom, width, height, x, y, xTicks, yTicks };
}

function widened([low, high]: readonly [number, number], kind: ScaleKind): [number, number] {
  if (low < high) return [low, high];
  return kind === "log" ? [low / 2, low * 2] : [low - 0.5, low + 0.5];
}

/** Draw ground, grid, axes and their words. */
export function paintAxes(pen: Pen, plot: Plot, palette: Palette): void {
  pen.fillStyle = palette.ground;
  pen.fillRect(0, 0, plot.width, plot.height);
  pen.strokeStyle = palette.line;
  pen.lineWidth = 1;
  pen.setLineDash([]);
  pen.beginPath();
  for (const { value } of plot.yTicks) {
    const y = Math.round(plot.y.toPixel(value)) + 0.5;
    pen.moveTo(plot.left, y);
    pen.lineTo(plot.right, y);
  }
  pen.moveTo(plot.left, plot.bottom + 0.5);
  pen.lineTo(plot.right, plot.bottom + 0.5);
  pen.stroke();
  pen.fillStyle = palette.text;
  pen.font = FONT;
  pen.textBaseline = "middle";
  pen.textAlign = "right";
  for (const { value, words } of plot.yTicks) pen.fillText(words, plot.left - 6, plot.y.toPixel(value));
  pen.textBaseline = "top";
  pen.textAlign = "center";
  let free = -Infinity;
  for (const { value, words } of plot.xTicks) {
    const x = plot.x.toPixel(value);
    const half = (words.length * SIGN_WIDTH) / 2;
    if (x - half < free || x + half > plot.width) continue;
    pen.fillText(words, x, plot.bottom + STRIP + 4);
    free = x + half + 8;
  }
}

/** Confine what is drawn next to the area of the data; `pen.restore()` ends it. */
export function clipToPlot(pen: Pen, plot: Plot): void {
  pen.save();
  pen.beginPath();
  pen.rect(plot.left, plot.top - 4, plot.right - plot.left, plot.bottom - plot.top + 4 + STRIP);
  pen.clip();
}
