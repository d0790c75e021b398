import { EllipsisVertical } from "lucide-react";
import { useState } from "react";

import { messageOf } from "@/api/errors";
import { allPointsCsv } from "@/charts/all-points";
import { chartCsv, chartSnippet, chartSvg, saveChartPng, saveFile } from "@/charts/exports";
import type { LineChart } from "@/charts/line-chart";
import type { ChangeCharts, ChartState, PanelOwn } from "@/charts/panel-state";
import styles from "@/charts/panels.module.css";
import { bucketMiddle } from "@/charts/series";
import { Button, IconButton } from "@/components/button";
import { Select } from "@/components/fields";
import { Dialog, Menu } from "@/components/overlays";
import { say, sayError } from "@/components/toasts";
import { formatCount, formatNumber } from "@/format/numbers";

interface PanelMenuProps {
  readonly title: string;
  readonly chart: LineChart | undefined;
  readonly state: ChartState;
  readonly onChange: ChangeCharts;
  /** Called to take the panel away, where somebody added it. */
  readonly onRemove?: (() => void) | undefined;
}

/** What can be done with a chart: set it, take it away, read it as a table. */
export function PanelMenu({ title, chart, state, onChange, onRemove }: PanelMenuProps) {
  const [opened, setOpened] = useState<"none" | "table" | "settings">("none");
  const close = () => setOpened("none");
  const entries = chart
    ? [
        { words: "Settings of this panel", onPick: () => setOpened("settings") },
        { words: "View as table", onPick: () => setOpened("table") },
        null,
        { words: "Save as PNG", onPick: () => saveChartPng(chart, title) },
        { words: "Save as SVG", onPick: () => saveFile(`${title}.svg`, new Blob([chartSvg(chart)], { type: "image/svg+xml" })) },
        { words: "Save drawn data as CSV", onPick: () => saveFile(`${title}.csv`, new Blob([chartCsv(chart)], { type: "text/csv" })) },
        { words: "Save all points as CSV", isDisabled: chart.metrics.some((key) => key.startsWith("=")), onPick: () => void saveAll(chart, title) },
        { words: "Copy as Python", onPick: () => void navigator.clipboard.writeText(chartSnippet(chart, state)).then(() => say("Python code copied.")) },
        null,
        { words: "Reset zoom", hint: "r", isDisabled: state.xr === null, onPick: () => onChange({ xr: null }) },
        ...(onRemove ? [] : [{ words: "Move to the front", onPick: () => onChange({ order: [title, ...state.order.filter((one) => one !== title)] }) }]),
        ...(onRemove ? [{ words: "Take this panel away", onPick: onRemove }] : []),
      ]
    : [];
  return (
    <>
      <Menu
        align="end"
        entries={entries}
        trigger={
          <IconButton label={`More: ${title}`} disabled={!chart}>
            <EllipsisVertical size={14} aria-hidden />
          </IconButton>
        }
      />
      <Dialog title={title} isOpen={opened === "table"} onClose={close} width="800px">
        {chart ? <ChartTable chart={chart} /> : null}
      </Dialog>
      <Dialog title={`Settings of ${title}`} isOpen={opened === "settings"} onClose={close} width="360px">
        <OwnSettings title={title} state={state} onChange={onChange} />
      </Dialog>
    </>
  );
}

async function saveAll(chart: LineChart, title: string): Promise<void> {
  try {
    const csv = await allPointsCsv(chart.runs, chart.metrics, (nPoints) => say(`${formatCount(nPoints)} points read.`));
    saveFile(`${title}.csv`, csv);
  } catch (error) {
    sayError(`The points could not be read: ${messageOf(error)}`);
  }
}

const SCALES = [["linear", "linear"], ["log", "log10"], ["symlog", "symmetric log"]] as const;
const OUTLIERS = [["auto", "clip when they flatten the rest"], ["all", "show everything"], ["percentile", "1st to 99th percentile"]] as const;

function OwnSettings({ title, state, onChange }: Pick<PanelMenuProps, "title" | "state" | "onChange">) {
  const own = state.own[title] ?? {};
  const set = (change: PanelOwn) => onChange({ own: { ...state.own, [title]: { ...own, ...change } } });
  const setAll = () => onChange({ ys: own.ys ?? state.ys, out: own.out ?? state.out, own: {} });
  return (
    <div className={styles.settings}>
      <Select label="y-axis" value={own.ys ?? state.ys} options={SCALES} onPick={(value) => set(scaleOf(value))} />
      <Select label="Outliers" value={own.out ?? state.out} options={OUTLIERS} onPick={(value) => set(outliersOf(value))} />
      <Button onClick={setAll}>Apply to all panels</Button>
    </div>
  );
}

function scaleOf(value: string): PanelOwn {
  return { ys: SCALES.find(([one]) => one === value)?.[0] ?? "linear" };
}

function outliersOf(value: string): PanelOwn {
  return { out: OUTLIERS.find(([one]) => one === value)?.[0] ?? "auto" };
}

const MOST_ROWS = 500;

function ChartTable({ chart }: { readonly chart: LineChart }) {
  const rows = chart.series.flatMap((one) => {
    const name = `${chart.runs.get(one.runId)?.name ?? one.runId}${chart.metrics.length > 1 ? ` · ${one.key}` : ""}`;
    const { data } = one;
    const length = data.kind === "exact" ? data.x.length : data.n.length;
    return Array.from({ length }, (_, place) =>
      data.kind === "exact"
        ? { name, x: Number(data.x[place]), value: Number(data.y[place]), low: Number(data.y[place]), high: Number(data.y[place]), n: 1 }
        : { name, x: bucketMiddle(data, place), value: Number(data.mean[place]), low: Number(data.min[place]), high: Number(data.max[place]), n: Number(data.n[place]) },
    ).filter(({ n }) => n > 0);
  });
  return (
    <div className={styles.table}>
      {rows.length > MOST_ROWS ? <p>The first {MOST_ROWS} of {rows.length} rows; the CSV has all.</p> : null}
      <table>
        <thead>
          <tr>{["run", "x", "value", "min", "max", "n"].map((name) => <th key={name} scope="col">{name}</th>)}</tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_ROWS).map((row) => (
            <tr key={`${row.name} ${row.x}`}>
              <th scope="row">{row.name}</th>
              {[row.x, row.value, row.low, row.high, row.n].map((value, place) => (
                // The columns are always the same five.
                // oxlint-disable-next-line react/no-array-index-key
                <td key={place}>{formatNumber(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
