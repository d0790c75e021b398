import { GripVertical, Maximize2, Minimize2 } from "lucide-react";
import { useMemo, useRef, useState } from "react";

import { Canvas } from "@/charts/canvas";
import { CursorLayer, groupName } from "@/charts/cursor-layer";
import { minusBaseline } from "@/charts/difference";
import { hoverRun, useHover } from "@/charts/hover";
import { lineChart, paintChart, type PanelRun, remarksOf, summaryOf } from "@/charts/line-chart";
import { slotToken } from "@/charts/palette";
import { spoken } from "@/charts/made-panels";
import { PanelMenu } from "@/charts/panel-menu";
import type { ChangeCharts, ChartState } from "@/charts/panel-state";
import styles from "@/charts/panels.module.css";
import { useSeries } from "@/charts/use-series";
import { useSize } from "@/charts/use-size";
import { IconButton } from "@/components/button";
import { ErrorNote, ProgressLine } from "@/components/notices";

interface LinePanelProps {
  readonly title: string;
  readonly metrics: readonly string[];
  readonly runs: readonly PanelRun[];
  readonly state: ChartState;
  readonly onChange: ChangeCharts;
  readonly direction?: "lower" | "higher" | undefined;
  readonly height: number;
  readonly onRemove?: (() => void) | undefined;
  /** The run from whose curve others are taken where the state says so. */
  readonly base?: string | undefined;
  /** Called with the runs that a remark tells of. */
  readonly onSelectRuns?: ((runIds: readonly string[]) => void) | undefined;
}

const ARROWS = { lower: "↓", higher: "↑" } as const;
const HEAD = 30;
/** The kind of what is dragged when a panel is moved. */
export const DRAGGED_PANEL = "application/x-assay-panel";

/** Curves of some metrics of some runs, with everything that can be done with them. */
export function LinePanel(props: LinePanelProps) {
  const { title, metrics, runs, state, onChange, direction, height, onRemove, base = "" } = props;
  const [isFull, setIsFull] = useState(false);
  const [ref, { width, height: drawnHeight }] = useSize<HTMLDivElement>();
  const figure = useRef<HTMLDivElement>(null);
  const own = state.own[title];
  const [ys, out] = [own?.ys ?? state.ys, own?.out ?? state.out];
  const runIds = useMemo(() => runs.map((run) => run.id), [runs]);
  const isGrouped = state.group.length > 0 || state.except.length > 0;
  const isSmoothed = state.sm.kind !== "" && !isGrouped;
  const hasRaw = (isSmoothed && !state.noraw) || (isGrouped && state.thin);
  const rawState = useMemo(() => (isGrouped ? { ...state, group: [], except: [] } : state), [isGrouped, state]);
  const wanted = { runIds, metrics, state, nBuckets: Math.min(2000, Math.round(width)), isEnabled: width > 0 };
  const query = useSeries({ ...wanted, isSmoothed });
  const raw = useSeries({ ...wanted, state: rawState, isSmoothed: false, isEnabled: wanted.isEnabled && hasRaw });
  const isDifference = state.diff && !isGrouped && runIds.includes(base);
  const answer = useMemo(() => (query.data && isDifference ? minusBaseline(query.data, base) : query.data), [query.data, isDifference, base]);
  const minus = isDifference ? (runs.find(({ id }) => id === base)?.name ?? base) : undefined;
  const pointedAt = useHover((hover) => hover.runId);
  const chart = useMemo(
    () =>
      answer && width && drawnHeight
        ? lineChart({ answer, raw: hasRaw && !isDifference ? raw.data : undefined, runs, metrics, width, height: drawnHeight, x: state.x, xr: state.xr, ys, out, minus })
        : undefined,
    [answer, raw.data, hasRaw, isDifference, minus, state.x, state.xr, runs, metrics, width, drawnHeight, ys, out],
  );
  const paint = useMemo(() => chart && ((pen: Parameters<typeof paintChart>[0], palette: Parameters<typeof paintChart>[1]) => paintChart(pen, palette, chart, pointedAt)), [chart, pointedAt]);
  const isEmpty = chart && !chart.series.some(({ data }) => (data.kind === "exact" ? data.x.length : data.n.length)) && !chart.groups.length;
  return (
    <section className={styles.panel} style={{ height }} data-full={isFull || undefined} aria-label={title} data-panel={title}>
      <header className={styles.head}>
        <h2 title={title}>
          {title} {direction ? <span aria-label={`${direction} is better`}>{ARROWS[direction]}</span> : null}
        </h2>
        <IconButton label={`Drag to move: ${title}`} draggable onDragStart={(event) => event.dataTransfer.setData(DRAGGED_PANEL, title)} style={{ cursor: "grab" }}>
          <GripVertical size={14} aria-hidden />
        </IconButton>
        <IconButton label={isFull ? "Leave full screen" : `Full screen: ${title}`} onClick={() => setIsFull(!isFull)}>
          {isFull ? <Minimize2 size={14} aria-hidden /> : <Maximize2 size={14} aria-hidden />}
        </IconButton>
        <PanelMenu title={title} chart={chart} state={state} onChange={onChange} onRemove={onRemove} />
      </header>
      <div ref={figure} role="figure" tabIndex={0} aria-label={chart ? summaryOf(chart, direction) : title} className={styles.figure}>
        <div ref={ref} className={`${styles.layer} ${query.isPlaceholderData ? styles.stale : ""}`}>
          {paint ? <Canvas width={width} height={drawnHeight} paint={paint} /> : null}
        </div>
        <ProgressLine isBusy={query.isFetching} words={`Loading ${title}`} />
        {chart ? (
          <CursorLayer chart={chart} xKind={state.x} target={figure} onZoom={(xr) => onChange({ xr }, { history: xr ? "push" : "replace" })} />
        ) : null}
        {isEmpty ? <div className={styles.centered}>{isDifference && query.data?.series.length ? `Nothing can be taken from here: ${minus} has no values in this range, or its x goes back and forth.` : "No points in this range."}</div> : null}
        {query.error ? (
          <div className={styles.centered}>
            <ErrorNote what={`${title} could not be read.`} error={query.error} onRetry={() => void query.refetch()} />
          </div>
        ) : null}
        {chart ? <Remarks chart={chart} {...props} /> : null}
      </div>
      {chart && height > HEAD ? <Legend chart={chart} /> : null}
    </section>
  );
}

function Remarks({ chart, title, state, onChange, onSelectRuns }: LinePanelProps & { readonly chart: NonNullable<ReturnType<typeof lineChart>> }) {
  const act = (kind: "all" | "select" | undefined, runIds: readonly string[]) => {
    if (kind === "all") onChange({ own: { ...state.own, [title]: { ...state.own[title], out: "all" } } });
    else if (kind === "select") onSelectRuns?.(runIds);
  };
  return (
    <div className={styles.chips}>
      {remarksOf(chart).map(({ words, isWarning, act: kind, runIds }) => {
        const look = `${styles.chip} ${isWarning ? styles.warn : ""}`;
        const canAct = kind === "all" || (kind === "select" && onSelectRuns);
        return canAct ? (
          <button key={words} type="button" className={look} onClick={() => act(kind, runIds)}>
            {words}
          </button>
        ) : (
          <span key={words} className={look}>
            {words}
          </span>
        );
      })}
    </div>
  );
}

const MOST_LEGEND = 12;
/** The lines of the first, second and third metric of a panel. */
const DASH_WORDS = ["solid", "dashed", "dotted"] as const;

function Legend({ chart }: { readonly chart: NonNullable<ReturnType<typeof lineChart>> }) {
  if (chart.areRunsLabelled && chart.metrics.length < 2) return null;
  const drawn = new Set(chart.series.map(({ runId }) => runId));
  const runs = [...chart.runs.values()].filter(({ id }) => drawn.has(id));
  if (!chart.groups.length && (runs.length < 2 || runs.length > MOST_LEGEND) && chart.metrics.length < 2) return null;
  return (
    <div className={styles.legend}>
      {chart.groups.map((group, place) => (
        <span key={group.values.join(" ")} title={`mean of ${group.nRuns}`}>
          <i style={{ borderColor: slotToken(place) }} />
          {groupName(group.values, group.nRuns)}
        </span>
      ))}
      {chart.groups.length ? null : runs.map((run) => (
        <span key={run.id} onPointerEnter={() => hoverRun(run.id)} onPointerLeave={() => hoverRun(null)}>
          <i style={{ borderColor: slotToken(run.slot) }} />
          {run.name}
        </span>
      ))}
      {chart.metrics.length > 1 ? chart.metrics.map((key, place) => <span key={key}><i style={{ borderTopStyle: DASH_WORDS[place % DASH_WORDS.length] }} />{spoken(key)}</span>) : null}
    </div>
  );
}
