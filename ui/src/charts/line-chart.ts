import { type OutlierMode, type YRange, yRange } from "@/charts/extents";
import { titleOfPanel } from "@/charts/made-panels";
import { colourOf, dashOf, type Palette } from "@/charts/palette";
import { type LineStyle, paintGroup, paintSeries } from "@/charts/paint-lines";
import type { Pen } from "@/charts/pen";
import { clipToPlot, FONT, layOut, paintAxes, type Plot } from "@/charts/plot";
import type { AxisUnit, ScaleKind } from "@/charts/scales";
import type { GroupSeries, Series, SeriesAnswer } from "@/charts/series";
import { counted, shortened } from "@/format/names";
import { formatCount, formatNumber } from "@/format/numbers";

/** A run whose curves are drawn, in its colour. */
export interface PanelRun {
  readonly id: string;
  readonly name: string;
  readonly slot: number;
}

/** All that a picture of curves is made of. */
export interface LineChart {
  readonly plot: Plot;
  readonly range: YRange;
  readonly series: readonly Series[];
  /** Curves as they were before smoothing, drawn faintly. */
  readonly raw: readonly Series[];
  readonly groups: readonly GroupSeries[];
  readonly runs: ReadonlyMap<string, PanelRun>;
  readonly metrics: readonly string[];
  readonly areRunsLabelled: boolean;
  /** Name of the run whose curve was taken from all others, where that is what is drawn. */
  readonly minus: string | undefined;
}

interface ChartSpec {
  readonly answer: SeriesAnswer;
  readonly raw: SeriesAnswer | undefined;
  readonly runs: readonly PanelRun[];
  readonly metrics: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly x: string;
  readonly xr: readonly [number, number] | null;
  readonly ys: ScaleKind;
  readonly out: OutlierMode;
  readonly minus?: string | undefined;
}

/** Up to how many curves have their names at their ends. */
const MOST_LABELS = 8;
/** Up to how many curves all have their bands. */
const MOST_BANDS = 12;
const LABEL_WIDTH = 84;
const LABEL_HEIGHT = 12;
const LABELS_FROM = 420;
const RAW_ALPHA = 0.25;
const FADED = 0.2;

/** Return the chart of an answer. */
export function lineChart({ answer, raw, runs, metrics, width, height, x, xr, ys, out, minus }: ChartSpec): LineChart {
  const known = new Map(runs.map((run) => [run.id, run]));
  const series = answer.series.filter(({ runId }) => known.has(runId));
  const rawSeries = raw?.series.filter(({ runId }) => known.has(runId)) ?? [];
  const range = yRange([...series, ...rawSeries], answer.groups, out, ys === "log");
  const areRunsLabelled = width >= LABELS_FROM && series.length > 1 && series.length <= MOST_LABELS;
  const plot = layOut({
    width, height, xRange: xr ?? [answer.xMin, answer.xMax], yRange: [range.low, range.high], yKind: ys, xUnit: unitOf(x), labelWidth: areRunsLabelled ? LABEL_WIDTH : 0,
  });
  return { plot, range, series, raw: rawSeries, groups: answer.groups, runs: known, metrics, areRunsLabelled, minus };
}

/** Return what the numbers of an x-axis are. */
export function unitOf(x: string): AxisUnit {
  return x === "relative" ? "duration" : x === "wall" ? "time" : "number";
}

/** Draw all of a chart; curves of other runs fade where one is pointed at. */
export function paintChart(pen: Pen, palette: Palette, chart: LineChart, pointedAt: string | null = null): void {
  const { plot, series, raw, groups } = chart;
  paintAxes(pen, plot, palette);
  clipToPlot(pen, plot);
  for (const one of raw) paintSeries(pen, plot, one, { ...styleOf(chart, palette, one, pointedAt), alpha: RAW_ALPHA, width: 1, hasBand: false });
  groups.forEach((group, place) => paintGroup(pen, plot, group, groupStyle(palette, place)));
  // The one that is pointed at comes last, so that it lies above.
  const ordered = series.toSorted((left, right) => Number(left.runId === pointedAt) - Number(right.runId === pointedAt));
  for (const one of ordered) paintSeries(pen, plot, one, styleOf(chart, palette, one, pointedAt));
  pen.restore();
  if (chart.areRunsLabelled) paintLabels(pen, palette, chart);
}

function styleOf(chart: LineChart, palette: Palette, { runId, key }: Series, pointedAt: string | null): LineStyle {
  const slot = chart.runs.get(runId)?.slot ?? 0;
  const isPointedAt = runId === pointedAt;
  const isFaded = pointedAt !== null && !isPointedAt && chart.runs.has(pointedAt);
  return {
    colour: colourOf(palette, slot), dash: dashOf(slot, Math.max(0, chart.metrics.indexOf(key))), width: isPointedAt ? 2.5 : 1.5,
    alpha: isFaded ? FADED : 1, hasBand: isPointedAt || (chart.series.length <= MOST_BANDS && !isFaded),
  };
}

function groupStyle(palette: Palette, place: number): LineStyle {
  return { colour: colourOf(palette, place), dash: dashOf(place), width: 2, alpha: 1, hasBand: true };
}

function paintLabels(pen: Pen, palette: Palette, { plot, series, runs }: LineChart): void {
  const ends = series.flatMap(({ runId, data }) => {
    const ys = data.kind === "exact" ? data.y : data.mean;
    let place = ys.length - 1;
    while (place >= 0 && !Number.isFinite(Number(ys[place]))) place -= 1;
    const run = runs.get(runId);
    const y = plot.y.toPixel(Number(ys[place]));
    return run && Number.isFinite(y) ? [{ run, y: Math.min(plot.bottom, Math.max(plot.top + 4, y)) }] : [];
  });
  pen.font = FONT;
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  const sorted = ends.toSorted((left, right) => left.y - right.y);
  const places = apart(sorted.map(({ y }) => y), LABEL_HEIGHT, plot.bottom);
  sorted.forEach(({ run }, place) => {
    pen.fillStyle = colourOf(palette, run.slot);
    pen.fillText(shortened(run.name, 13), plot.right + 6, places[place] ?? 0);
  });
}

/** Return increasing places moved so that they are at least `gap` apart and, as far as they fit, not beyond `most`. */
export function apart(places: readonly number[], gap: number, most: number): number[] {
  const moved: number[] = [];
  for (const place of places) moved.push(Math.max(place, (moved.at(-1) ?? -Infinity) + gap));
  let limit = most;
  return moved.toReversed().map((place) => {
    const kept = Math.min(place, limit);
    limit = kept - gap;
    return kept;
  }).toReversed();
}

/** A remark in the corner of a chart; `all` shows what it tells of. */
export interface ChartRemark {
  readonly words: string;
  readonly isWarning: boolean;
  readonly act?: "all" | "select";
  readonly runIds: readonly string[];
}

/** Return what has to be said beside the picture so that it does not lie. */
export function remarksOf(chart: LineChart): ChartRemark[] {
  const { range, plot, series } = chart;
  const remarks: ChartRemark[] = [];
  if (chart.minus !== undefined) remarks.push({ words: `minus ${chart.minus}`, isWarning: false, runIds: [] });
  const bucket = series.find(({ data }) => data.kind === "buckets")?.data;
  if (bucket?.kind === "buckets" && chart.plot.right > plot.left) {
    const perPixel = (Number(bucket.edges[bucket.edges.length - 1]) - Number(bucket.edges[0])) / Math.max(1, bucket.edges.length - 1);
    if (perPixel > 1) remarks.push({ words: `1 px ≈ ${formatNumber(Math.round(perPixel))} steps`, isWarning: false, runIds: [] });
  }
  if (range.above.size) remarks.push({ words: `${counted(range.above.size, "run")} above range · show all`, isWarning: true, act: "all", runIds: [...range.above] });
  if (range.below.size) remarks.push({ words: `${counted(range.below.size, "run")} below range · show all`, isWarning: true, act: "all", runIds: [...range.below] });
  if (range.nNotPositive) remarks.push({ words: `${formatCount(range.nNotPositive)} values ≤ 0`, isWarning: true, runIds: [] });
  const nan = firstNan(series);
  if (nan.runIds.length) remarks.push({ words: `NaN from ${formatNumber(nan.x)} (${counted(nan.runIds.length, "run")})`, isWarning: true, act: "select", runIds: nan.runIds });
  return remarks;
}

function firstNan(series: readonly Series[]): { readonly x: number; readonly runIds: string[] } {
  let x = Infinity;
  const runIds: string[] = [];
  for (const { runId, data } of series) {
    let first = -1;
    if (data.kind === "exact") first = data.y.findIndex((value: number | bigint) => Number.isNaN(Number(value)));
    else first = data.nNan.findIndex((count: number | bigint) => Number(count) > 0);
    if (first < 0) continue;
    runIds.push(runId);
    x = Math.min(x, Number(data.kind === "exact" ? data.x[first] : data.edges[first]));
  }
  return { x, runIds };
}

/** Return the chart in one sentence, for those who do not see it. */
export function summaryOf(chart: LineChart, direction: "lower" | "higher" | undefined): string {
  const { series, groups, metrics, runs } = chart;
  if (groups.length) return `${titleOfPanel(metrics)}, ${counted(groups.length, "group")} of runs`;
  let best: { value: number; x: number; runId: string } | undefined;
  const isBetter = (value: number) => !best || (direction === "lower" ? value < best.value : value > best.value);
  for (const { runId, data } of series) {
    const [xs, values] = data.kind === "exact" ? [data.x, data.y] : [data.edges, direction === "lower" ? data.min : data.max];
    for (let place = 0; place < values.length; place += 1) {
      const value = Number(values[place]);
      if (Number.isFinite(value) && isBetter(value)) best = { value, x: Number(xs[place]), runId };
    }
  }
  const words = `${titleOfPanel(metrics)}${chart.minus === undefined ? "" : ` minus ${chart.minus}`}, ${counted(series.length, "curve")}`;
  if (!best || !direction || chart.minus !== undefined) return words;
  return `${words}, best ${formatNumber(best.value)} at ${formatNumber(best.x)} by ${runs.get(best.runId)?.name ?? best.runId}`;
}
