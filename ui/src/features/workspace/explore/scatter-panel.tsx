import { useNavigate } from "@tanstack/react-router";
import { type PointerEvent, useCallback, useMemo, useState } from "react";

import { Canvas } from "@/charts/canvas";
import { hoverRun } from "@/charts/hover";
import { type Palette, sequential } from "@/charts/palette";
import type { Pen } from "@/charts/pen";
import { PictureMenu } from "@/charts/picture-menu";
import { regression } from "@/charts/regression";
import { cellAt, columnsCsv, type RunColumns } from "@/charts/run-columns";
import { useSize } from "@/charts/use-size";
import { beyondWords, type ValueAxis, valueAxis } from "@/charts/value-axis";
import styles from "@/features/workspace/explore/explore.module.css";
import { FRAME, paintFrame, placeIn } from "@/features/workspace/explore/plot-frame";
import { shortName } from "@/features/workspace/explore/parallel-panel";
import { formatCount, formatNumber } from "@/format/numbers";
import { PATHS } from "@/url/paths";

interface ScatterPanelProps {
  readonly data: RunColumns;
  readonly x: string;
  readonly y: string;
  readonly colour: string;
  /** Rows drawn strongly, all others faded; none where it is undefined. */
  readonly marked?: readonly number[] | undefined;
}

const { height: HEIGHT, left: LEFT, bottom: BOTTOM, top: TOP, right: RIGHT } = FRAME;
const N_COLOURS = 16;
const REACH = 12;

/** Runs as points over two columns, with the straight line through them where both are numbers. */
export function ScatterPanel({ data, x, y, colour, marked }: ScatterPanelProps) {
  const [ref, { width }] = useSize<HTMLDivElement>();
  const [pointed, setPointed] = useState(-1);
  const navigate = useNavigate();
  const axes = useMemo(() => {
    const of = (name: string) => {
      const column = data.columns.get(name);
      return column && valueAxis(column, { hasJitter: true });
    };
    return { x: of(x), y: of(y), colour: of(colour) };
  }, [data, x, y, colour]);
  const place = useCallback((row: number) => placeIn(axes.x?.positions[row] ?? NaN, axes.y?.positions[row] ?? NaN, width), [axes, width]);
  const line = useMemo(() => (axes.x && axes.y && axes.x.kind !== "category" && axes.y.kind !== "category" ? regression(axes.x.positions, axes.y.positions) : undefined), [axes]);
  const paint = useCallback((pen: Pen, palette: Palette) => {
    pen.fillStyle = palette.ground;
    pen.fillRect(0, 0, width, HEIGHT);
    if (!axes.x || !axes.y) return;
    paintFrame(pen, palette, axes.x, axes.y, width);
    paintPoints(pen, palette, data.nRuns, axes.colour, place, marked && new Set(marked));
    if (line && !marked) {
      const at = (share: number) => HEIGHT - BOTTOM - (line.intercept + line.slope * share) * (HEIGHT - TOP - BOTTOM);
      pen.strokeStyle = palette.faint;
      pen.setLineDash([4, 3]);
      pen.beginPath();
      pen.moveTo(LEFT, at(0));
      pen.lineTo(width - RIGHT, at(1));
      pen.stroke();
      pen.setLineDash([]);
    }
  }, [axes, data.nRuns, place, width, line, marked]);
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const row = nearest(data.nRuns, place, event.clientX - box.left, event.clientY - box.top);
    setPointed(row);
    hoverRun(row < 0 ? null : (data.ids[row] ?? null));
  };
  const words = line ? `r ${formatNumber(Number(line.r.toFixed(3)))}, n ${formatCount(line.n)}` : "";
  const name = data.columns.get("attributes.run_name");
  const pointedWords = pointed >= 0 && name ? [name, data.columns.get(x), data.columns.get(y)].map((column) => (column ? shown(cellAt(column, pointed)) : "")).join(" · ") : "";
  return (
    <figure className={styles.pictured} aria-label={`${shortName(y)} over ${shortName(x)}, ${formatCount(data.nRuns)} runs${words ? `, ${words}` : ""}`}>
      <div ref={ref} className={styles.plot} style={{ height: HEIGHT, cursor: pointed >= 0 ? "pointer" : "default" }} onPointerMove={point} onPointerLeave={() => setPointed(-1)} onPointerUp={() => pointed >= 0 && void navigate({ to: PATHS.run(data.ids[pointed] ?? "") })}>
        <Canvas width={width} height={HEIGHT} paint={paint} />
        {pointed >= 0 ? <div aria-hidden style={{ position: "absolute", left: place(pointed).px - 7, top: place(pointed).py - 7, width: 14, height: 14, border: "2px solid var(--accent)", borderRadius: "50%", pointerEvents: "none" }} /> : null}
      </div>
      <span className={styles.menu}><PictureMenu title={`${shortName(y)} over ${shortName(x)}`} width={width} height={HEIGHT} paint={paint} csv={() => columnsCsv(data, [x, y, colour])} /></span>
      <figcaption className={styles.note}>{pointedWords || [words, beyondWords([axes.x, axes.y])].filter(Boolean).join(" · ")}</figcaption>
    </figure>
  );
}

function shown(cell: string | number | undefined): string {
  return typeof cell === "number" ? formatNumber(cell) : (cell ?? "–");
}

function nearest(n: number, place: (row: number) => { px: number; py: number }, x: number, y: number): number {
  let found = -1;
  let least = REACH ** 2;
  for (let row = 0; row < n; row += 1) {
    const { px, py } = place(row);
    const distance = (px - x) ** 2 + (py - y) ** 2;
    if (distance < least) [found, least] = [row, distance];
  }
  return found;
}

function paintPoints(pen: Pen, palette: Palette, n: number, colour: ValueAxis | undefined, place: (row: number) => { px: number; py: number }, marked: ReadonlySet<number> | undefined): void {
  const size = n > 20_000 ? 2 : n > 2000 ? 3 : 5;
  const buckets = Array.from({ length: N_COLOURS + 1 }, (): number[] => []);
  for (let row = 0; row < n; row += 1) {
    const share = colour?.positions[row] ?? 0.3;
    const bucket = marked && !marked.has(row) ? N_COLOURS : Math.min(N_COLOURS - 1, Math.floor((Number.isNaN(share) ? 0 : share) * N_COLOURS));
    buckets[bucket]?.push(row);
  }
  const order = [N_COLOURS, ...Array.from({ length: N_COLOURS }, (_, bucket) => bucket)];
  for (const bucket of order) {
    const isFaded = bucket === N_COLOURS;
    pen.globalAlpha = isFaded ? 0.25 : marked ? 1 : Math.min(0.85, Math.max(0.2, 3000 / n));
    pen.fillStyle = isFaded ? palette.faint : marked ? palette.accent : sequential(bucket / (N_COLOURS - 1), palette.isDark);
    const side = marked && !isFaded ? size + 3 : size;
    for (const row of buckets[bucket] ?? []) {
      const { px, py } = place(row);
      if (!Number.isNaN(px + py)) pen.fillRect(px - side / 2, py - side / 2, side, side);
    }
  }
  pen.globalAlpha = 1;
}
