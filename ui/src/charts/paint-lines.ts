import type { NumberArray } from "@/api/frame";
import type { Pen } from "@/charts/pen";
import { type Plot, STRIP } from "@/charts/plot";
import { type BucketData, bucketMiddle, type ExactData, type GroupSeries, type Series } from "@/charts/series";

/** How one curve looks. */
export interface LineStyle {
  readonly colour: string;
  readonly dash: readonly number[];
  readonly width: number;
  readonly alpha: number;
  /** Whether the band from least to greatest is drawn, where buckets stand for many points. */
  readonly hasBand: boolean;
}

/** Up to how many points in view get a marker each. */
const MOST_MARKERS = 60;
/** How many times the median distance from the mean makes a whisker. */
const WHISKER_RATIO = 4;
const BAND_ALPHA = 0.15;
const MARK = 3;
/** Marks at the edge of a chart that are nearer to each other than this are one. */
const MARK_GAP = 7;

/** Draw one curve with all that belongs to it. */
export function paintSeries(pen: Pen, plot: Plot, { data }: Series, style: LineStyle): void {
  pen.strokeStyle = style.colour;
  pen.fillStyle = style.colour;
  pen.lineJoin = "round";
  if (data.kind === "exact") paintExact(pen, plot, data, style);
  else paintBuckets(pen, plot, data, style);
  pen.globalAlpha = 1;
}

function paintExact(pen: Pen, plot: Plot, { x, y }: ExactData, style: LineStyle): void {
  pen.globalAlpha = style.alpha;
  strokeLine(pen, plot, style, x, y);
  const [from, to] = visibleRange(plot, x);
  if (to - from <= MOST_MARKERS) {
    pen.beginPath();
    for (let place = from; place < to; place += 1) {
      const [px, py] = [plot.x.toPixel(Number(x[place])), plot.y.toPixel(Number(y[place]))];
      if (!Number.isFinite(py)) continue;
      pen.moveTo(px + 2, py);
      pen.arc(px, py, 2, 0, 2 * Math.PI);
    }
    pen.fill();
  }
  const marks = new EdgeMarks(pen, plot);
  for (let place = from; place < to; place += 1) marks.point(plot.x.toPixel(Number(x[place])), Number(y[place]));
}

function paintBuckets(pen: Pen, plot: Plot, data: BucketData, style: LineStyle): void {
  const { n, min, max, mean } = data;
  const xs = new Float64Array(n.length);
  const filled: number[] = [];
  for (let place = 0; place < n.length; place += 1) {
    xs[place] = bucketMiddle(data, place);
    if (Number(n[place]) > 0 || hasNonFinite(data, place)) filled.push(place);
  }
  if (style.hasBand) paintBand(pen, plot, style, { xs, low: min, high: max, places: filled });
  pen.globalAlpha = style.alpha;
  strokeLine(pen, plot, style, xs, mean, filled);
  paintWhiskers(pen, plot, data, xs, filled);
  const marks = new EdgeMarks(pen, plot);
  for (const place of filled) {
    const px = plot.x.toPixel(xs[place] ?? NaN);
    if (Number(n[place]) > 0) {
      marks.point(px, Number(max[place]));
      marks.point(px, Number(min[place]));
    }
    if (Number(data.nNan[place]) > 0) marks.point(px, NaN);
    if (Number(data.nPosInf[place]) > 0) marks.point(px, Infinity);
    if (Number(data.nNegInf[place]) > 0) marks.point(px, -Infinity);
  }
}

function hasNonFinite(data: BucketData, place: number): boolean {
  return Number(data.nNan[place]) + Number(data.nPosInf[place]) + Number(data.nNegInf[place]) > 0;
}

/** A long zigzag costs far more as one path than in pieces, because every crossing of it is looked for. */
const POINTS_A_STROKE = 16;
/** Dashes begin anew with each piece, so these are longer. */
const POINTS_A_DASHED_STROKE = 128;

/** Draw the line through values; what is not finite, or not on the axis, breaks it. */
function strokeLine(pen: Pen, plot: Plot, style: LineStyle, xs: NumberArray, ys: NumberArray, places?: readonly number[]): void {
  pen.lineWidth = style.width;
  pen.setLineDash([...style.dash]);
  pen.beginPath();
  let isDown = false;
  let nDrawn = 0;
  const most = style.dash.length ? POINTS_A_DASHED_STROKE : POINTS_A_STROKE;
  const [from, to] = places ? [0, places.length] : withNeighbours(visibleRange(plot, xs), xs.length);
  for (let at = from; at < to; at += 1) {
    const place = places ? (places[at] ?? 0) : at;
    const py = plot.y.toPixel(Number(ys[place]));
    if (!Number.isFinite(py)) {
      isDown = false;
      continue;
    }
    const [px, shown] = [plot.x.toPixel(Number(xs[place])), limited(py, plot)];
    if (isDown) pen.lineTo(px, shown);
    else pen.moveTo(px, shown);
    isDown = true;
    nDrawn += 1;
    if (nDrawn % most === 0) {
      pen.stroke();
      pen.beginPath();
      pen.moveTo(px, shown);
    }
  }
  pen.stroke();
  pen.setLineDash([]);
}

/** Far away is as good as outside: canvases lose lines whose ends are millions of pixels away. */
function limited(pixel: number, plot: Plot): number {
  return Math.min(plot.height * 20, Math.max(-plot.height * 20, pixel));
}

interface Band {
  readonly xs: NumberArray;
  readonly low: NumberArray;
  readonly high: NumberArray;
  readonly places?: readonly number[];
}

function paintBand(pen: Pen, plot: Plot, style: LineStyle, { xs, low, high, places }: Band): void {
  pen.globalAlpha = BAND_ALPHA;
  pen.beginPath();
  const all = places ?? Array.from({ length: xs.length }, (_, place) => place);
  const finite = all.filter((place) => Number.isFinite(plot.y.toPixel(Number(high[place]))) && Number.isFinite(plot.y.toPixel(Number(low[place]))));
  for (const place of finite) pen.lineTo(plot.x.toPixel(Number(xs[place])), limited(plot.y.toPixel(Number(high[place])), plot));
  for (const place of finite.toReversed()) pen.lineTo(plot.x.toPixel(Number(xs[place])), limited(plot.y.toPixel(Number(low[place])), plot));
  pen.fill();
  pen.globalAlpha = style.alpha;
}

function paintWhiskers(pen: Pen, plot: Plot, { n, min, max, mean }: BucketData, xs: Float64Array, filled: readonly number[]): void {
  const places = filled.filter((place) => Number(n[place]) > 1);
  const up = places.map((place) => Number(max[place]) - Number(mean[place]));
  const down = places.map((place) => Number(mean[place]) - Number(min[place]));
  const most = WHISKER_RATIO * medianOf([...up, ...down]);
  pen.lineWidth = 1;
  pen.beginPath();
  places.forEach((place, number) => {
    const px = plot.x.toPixel(xs[place] ?? NaN);
    const middle = limited(plot.y.toPixel(Number(mean[place])), plot);
    for (const [distance, end] of [[up[number] ?? 0, max[place]], [down[number] ?? 0, min[place]]] as const) {
      const tip = plot.y.toPixel(Number(end));
      if (!(distance > most) || !Number.isFinite(tip)) continue;
      pen.moveTo(px, middle);
      pen.lineTo(px, limited(tip, plot));
    }
  });
  pen.stroke();
}

/** Return the median of finite numbers, 0 of none. */
export function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values.filter(Number.isFinite)).toSorted();
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Draws what lies beyond the axes at their edge: ▲ above, ▼ below, × for NaN, a tick for what a logarithm lacks. */
class EdgeMarks {
  private readonly last = { above: -Infinity, below: -Infinity, nan: -Infinity, lacking: -Infinity };

  constructor(
    private readonly pen: Pen,
    private readonly plot: Plot,
  ) {}

  point(px: number, value: number): void {
    const { plot } = this;
    if (!(px >= plot.left - 1 && px <= plot.right + 1)) return;
    if (Number.isNaN(value)) this.at("nan", px, () => this.cross(px));
    else if (value > plot.y.high) this.at("above", px, () => this.triangle(px, plot.top, 1));
    else if (plot.y.kind === "log" && value <= 0) this.at("lacking", px, () => this.tick(px));
    else if (value < plot.y.low) this.at("below", px, () => this.triangle(px, plot.bottom, -1));
  }

  private at(kind: keyof EdgeMarks["last"], px: number, draw: () => void): void {
    if (px - this.last[kind] < MARK_GAP) return;
    this.last[kind] = px;
    draw();
  }

  private triangle(px: number, y: number, way: number): void {
    this.pen.beginPath();
    this.pen.moveTo(px, y - way * MARK);
    this.pen.lineTo(px - MARK - 1, y + way * MARK);
    this.pen.lineTo(px + MARK + 1, y + way * MARK);
    this.pen.closePath();
    this.pen.fill();
  }

  private cross(px: number): void {
    const y = this.plot.bottom + STRIP / 2;
    this.pen.lineWidth = 1.5;
    this.pen.beginPath();
    this.pen.moveTo(px - MARK, y - MARK);
    this.pen.lineTo(px + MARK, y + MARK);
    this.pen.moveTo(px - MARK, y + MARK);
    this.pen.lineTo(px + MARK, y - MARK);
    this.pen.stroke();
  }

  private tick(px: number): void {
    this.pen.lineWidth = 1.5;
    this.pen.beginPath();
    this.pen.moveTo(px, this.plot.bottom + 2);
    this.pen.lineTo(px, this.plot.bottom + STRIP - 2);
    this.pen.stroke();
  }
}

/** Draw a group: its band, then its middle. */
export function paintGroup(pen: Pen, plot: Plot, group: GroupSeries, style: LineStyle): void {
  pen.strokeStyle = style.colour;
  pen.fillStyle = style.colour;
  paintBand(pen, plot, style, { xs: group.x, low: group.low, high: group.high });
  pen.globalAlpha = style.alpha;
  strokeLine(pen, plot, style, group.x, group.center, Array.from({ length: group.x.length }, (_, place) => place));
  const marks = new EdgeMarks(pen, plot);
  for (let place = 0; place < group.x.length; place += 1) marks.point(plot.x.toPixel(Number(group.x[place])), Number(group.center[place]));
  pen.globalAlpha = 1;
}

/** Return the places [from, to) whose x is in view. Where x goes back and forth, all of them. */
function visibleRange(plot: Plot, xs: NumberArray): [number, number] {
  const n = xs.length;
  if (n < 2 || Number(xs[0]) > Number(xs[n - 1])) return [0, n];
  let from = 0;
  let to = n;
  while (from < n && Number(xs[from]) < plot.x.low) from += 1;
  while (to > from && Number(xs[to - 1]) > plot.x.high) to -= 1;
  return [from, to];
}

function withNeighbours([from, to]: [number, number], length: number): [number, number] {
  return [Math.max(0, from - 1), Math.min(length, to + 1)];
}
