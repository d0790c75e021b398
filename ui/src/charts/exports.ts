import { addressOf } from "@/api/call";
import { type LineChart, paintChart } from "@/charts/line-chart";
import { currentPalette, type Palette } from "@/charts/palette";
import type { ChartState } from "@/charts/panel-state";
import { type Pen, SvgPen } from "@/charts/pen";
import { bucketMiddle } from "@/charts/series";
import { csvCell } from "@/format/csv";

const PNG_SCALE = 2;

/** Give the reader a file. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name.replace(/[^\w.-]+/g, "_");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Return the chart as an SVG document, of the same marks. */
export function chartSvg(chart: LineChart): string {
  return pictureSvg((pen, palette) => paintChart(pen, palette, chart), chart.plot.width, chart.plot.height);
}

type Paint = (pen: Pen, palette: Palette) => void;

/** Return what `paint` draws as an SVG document. */
export function pictureSvg(paint: Paint, width: number, height: number): string {
  const palette = currentPalette();
  const pen = new SvgPen(width, height, palette.ground);
  paint(pen, palette);
  return pen.toString();
}

/** Save the chart as a picture of twice the size. */
export function saveChartPng(chart: LineChart, name: string): void {
  savePicturePng((pen, palette) => paintChart(pen, palette, chart), chart.plot.width, chart.plot.height, name);
}

/** Save what `paint` draws as a picture of twice the size. */
export function savePicturePng(paint: Paint, width: number, height: number, name: string): void {
  const canvas = document.createElement("canvas");
  canvas.width = width * PNG_SCALE;
  canvas.height = height * PNG_SCALE;
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.scale(PNG_SCALE, PNG_SCALE);
  paint(pen, currentPalette());
  canvas.toBlob((blob) => blob && saveFile(`${name}.png`, blob));
}

/** Return the data that is drawn, as CSV: a line for each point or bucket of each curve. */
export function chartCsv(chart: LineChart): string {
  const lines = ["run,name,metric,x,value,min,max,n"];
  for (const { runId, key, data } of chart.series) {
    const name = chart.runs.get(runId)?.name ?? "";
    const metric = chart.minus === undefined ? key : `${key} minus ${chart.minus}`;
    const start = [runId, name, metric].map(csvCell).join(",");
    if (data.kind === "exact") for (let place = 0; place < data.x.length; place += 1) lines.push(`${start},${data.x[place]},${data.y[place]},,,1`);
    else
      for (let place = 0; place < data.n.length; place += 1)
        if (Number(data.n[place])) lines.push(`${start},${bucketMiddle(data, place)},${data.mean[place]},${data.min[place]},${data.max[place]},${data.n[place]}`);
  }
  for (const group of chart.groups)
    for (let place = 0; place < group.x.length; place += 1)
      lines.push(`,${csvCell(group.values.join(" "))},${csvCell(group.key)},${group.x[place]},${group.center[place]},${group.low[place]},${group.high[place]},${group.n[place]}`);
  return `${lines.join("\n")}\n`;
}

/** Return Python code that gets the same curves, every point of them. */
export function chartSnippet(chart: LineChart, { x }: ChartState): string {
  const runs = [...chart.runs.keys()].map((id) => `    "${id}",`).join("\n");
  const metrics = chart.metrics.map((metric) => JSON.stringify(metric)).join(", ");
  const taken = chart.minus === undefined ? "" : `# The chart draws each run minus ${chart.minus}; these are the values themselves.\n`;
  return `import assay

assay.set_tracking_uri("${new URL(addressOf("/"), location.href).href}")
runs = [
${runs}
]
# One row a point: run_id, key, step, timestamp, value${x === "step" ? "" : `; drawn here over ${x}`}.
${taken}history = assay.history_frame(runs, keys=[${metrics}])
`;
}
