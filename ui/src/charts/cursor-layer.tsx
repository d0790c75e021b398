import { type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";

import { hoverRun, hoverX, useHover } from "@/charts/hover";
import { type LineChart, unitOf } from "@/charts/line-chart";
import { spoken } from "@/charts/made-panels";
import { slotToken } from "@/charts/palette";
import styles from "@/charts/panels.module.css";
import { type Reading, readAt } from "@/charts/readout";
import { formatNumber } from "@/format/numbers";
import { formatDuration, formatTime } from "@/format/units";

interface CursorLayerProps {
  readonly chart: LineChart;
  readonly xKind: string;
  /** The element whose pointer and keys move the cursor. */
  readonly target: RefObject<HTMLElement | null>;
  readonly onZoom: (range: readonly [number, number] | null) => void;
}

const MOST_READINGS = 12;
const LEAST_DRAG = 4;
const POINTING_REACH = 24;

interface Cursor {
  readonly x: number;
  readonly y: number;
  readonly readings: readonly Reading[];
  readonly showsAll: boolean;
  readonly isPinned: boolean;
}

/** The cursor of a chart: what the curves say there, the range that is being dragged. Redraws no curve. */
export function CursorLayer({ chart, xKind, target, onZoom }: CursorLayerProps) {
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [dragFrom, setDragFrom] = useState<number | null>(null);
  const line = useRef<HTMLDivElement>(null);
  useLinkedLine(chart, xKind, line);
  const { plot } = chart;
  const at = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const move = (place: { x: number; y: number }, showsAll = false) => {
    const inside = Math.min(plot.right, Math.max(plot.left, place.x));
    const readings = readAt(plot, chart.series, chart.groups, { x: inside, y: place.y });
    const nearest = readings[0];
    hoverX(plot.x.toValue(inside), xKind);
    hoverRun(nearest && nearest.distance < POINTING_REACH ? (chart.series[nearest.index]?.runId ?? null) : null);
    setCursor((known) => (known?.isPinned ? known : { x: inside, y: place.y, readings, showsAll, isPinned: false }));
  };
  const leave = () => {
    hoverRun(null);
    hoverX(null, xKind);
    setDragFrom(null);
    setCursor((known) => (known?.isPinned ? known : null));
  };
  const release = (event: PointerEvent<HTMLElement>) => {
    const { x } = at(event);
    if (dragFrom !== null && Math.abs(x - dragFrom) >= LEAST_DRAG) {
      const ends = [plot.x.toValue(dragFrom), plot.x.toValue(x)].toSorted((left, right) => left - right);
      onZoom([ends[0] ?? 0, ends[1] ?? 0]);
    } else setCursor((known) => known && { ...known, isPinned: !known.isPinned });
    setDragFrom(null);
  };
  useKeys(target, chart, cursor, move, leave);
  return (
    <div
      className={styles.layer}
      style={{ pointerEvents: "auto" }}
      onPointerDown={(event) => event.button === 0 && setDragFrom(at(event).x)}
      onPointerMove={(event) => move(at(event), event.shiftKey)}
      onPointerUp={release}
      onPointerLeave={leave}
      onDoubleClick={() => onZoom(null)}
    >
      <div ref={line} className={styles.layer} style={{ borderLeft: "1px solid var(--text-3)", right: "auto", display: "none" }} />
      {dragFrom !== null && cursor ? <Dragged from={dragFrom} to={cursor.x} chart={chart} /> : null}
      {cursor?.readings.length ? <Tooltip cursor={cursor} chart={chart} xKind={xKind} /> : null}
    </div>
  );
}

function Dragged({ from, to, chart }: { readonly from: number; readonly to: number; readonly chart: LineChart }) {
  const left = Math.min(from, to);
  const { top, bottom } = chart.plot;
  return <div className={styles.layer} style={{ left, width: Math.abs(to - from), right: "auto", top, height: bottom - top, background: "var(--accent)", opacity: 0.15 }} />;
}

/** Draw the shared cursor where any panel with the same x is pointed at, without rendering. */
function useLinkedLine(chart: LineChart, xKind: string, lineRef: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const show = ({ x, xKind: kind }: { readonly x: number | null; readonly xKind: string }) => {
      if (!lineRef.current) return;
      const px = x === null || kind !== xKind ? NaN : chart.plot.x.toPixel(x);
      const isInside = px >= chart.plot.left && px <= chart.plot.right;
      lineRef.current.style.display = isInside ? "" : "none";
      if (isInside) lineRef.current.style.transform = `translateX(${px}px)`;
    };
    show(useHover.getState());
    return useHover.subscribe(show);
  }, [chart, xKind, lineRef]);
}

function useKeys(target: RefObject<HTMLElement | null>, chart: LineChart, cursor: Cursor | null, move: (at: { x: number; y: number }) => void, leave: () => void): void {
  useEffect(() => {
    const element = target.current;
    const onKey = (event: KeyboardEvent) => {
      if (event.target !== element) return;
      const { left, right, top, bottom } = chart.plot;
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (event.key === "Escape" && cursor) leave();
      else if (step) move({ x: (cursor?.x ?? left) + step * Math.max(1, (right - left) / 100), y: cursor?.y ?? (top + bottom) / 2 });
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    element?.addEventListener("keydown", onKey);
    return () => element?.removeEventListener("keydown", onKey);
  }, [target, chart, cursor, move, leave]);
}

function Tooltip({ cursor, chart, xKind }: { readonly cursor: Cursor; readonly chart: LineChart; readonly xKind: string }) {
  const { plot, series, groups, runs, metrics } = chart;
  const shown = cursor.showsAll ? cursor.readings : cursor.readings.slice(0, MOST_READINGS);
  const isRight = cursor.x > (plot.left + plot.right) / 2;
  const place = isRight ? { right: plot.width - cursor.x + 12 } : { left: cursor.x + 12 };
  const nMore = cursor.readings.length - shown.length;
  return (
    <div className={styles.tooltip} role="status" style={{ ...place, top: Math.max(4, Math.min(cursor.y - 20, plot.bottom - 60)) }}>
      <div>{formatX(plot.x.toValue(cursor.x), xKind)}</div>
      {shown.map((reading) => {
        const one = series[reading.index];
        const group = groups[reading.index - series.length];
        const run = one ? runs.get(one.runId) : undefined;
        const name = group ? groupName(group.values, group.nRuns) : (run?.name ?? "");
        const slot = run?.slot ?? reading.index - series.length;
        return (
          <div key={reading.index} className={styles.reading}>
            <span className={styles.swatch} style={{ borderColor: slotToken(slot) }} />
            <span>{metrics.length > 1 && one ? `${name} · ${spoken(one.key)}` : name}</span>
            <span>{reading.words()}</span>
          </div>
        );
      })}
      {nMore > 0 ? <div>{nMore} more: hold Shift</div> : null}
    </div>
  );
}

/** Return what a group of runs is called. */
export function groupName(values: readonly (string | number | null)[], nRuns: number): string {
  return `${values.map((value) => (typeof value === "number" ? formatNumber(value) : (value ?? "none"))).join(", ") || "all"} (${nRuns})`;
}

function formatX(x: number, xKind: string): string {
  const unit = unitOf(xKind);
  if (unit === "duration") return formatDuration(x);
  if (unit === "time") return formatTime(x);
  const name = xKind === "step" ? "step" : xKind.replace(/^metrics\./, "");
  return `${name} ${formatNumber(xKind === "step" ? Math.round(x) : x)}`;
}
