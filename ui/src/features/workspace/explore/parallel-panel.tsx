import { type PointerEvent, useCallback, useMemo, useState } from "react";

import { Canvas } from "@/charts/canvas";
import { hoverRun } from "@/charts/hover";
import { currentPalette, type Palette, sequential } from "@/charts/palette";
import { type Brush, brushed, filterOfBrushes, lineHeights, nearestLine, type ParallelLayout, parallelLayout, type ShownAxis } from "@/charts/parallel";
import type { Pen } from "@/charts/pen";
import { FONT } from "@/charts/plot";
import { cellAt, type RunColumns } from "@/charts/run-columns";
import { useSize } from "@/charts/use-size";
import { type ValueAxis, valueAxis } from "@/charts/value-axis";
import { Button } from "@/components/button";
import styles from "@/features/workspace/explore/explore.module.css";
import { shortened } from "@/format/names";
import { formatCount } from "@/format/numbers";

interface ParallelPanelProps {
  readonly data: RunColumns;
  readonly names: readonly string[];
  readonly target: string;
  readonly flipped: readonly string[];
  readonly brushes: readonly Brush[];
  readonly onFlip: (name: string) => void;
  readonly onBrush: (brushes: readonly Brush[]) => void;
  readonly onFilter: (clause: string) => void;
}

const HEIGHT = 300;
const N_COLOURS = 16;
const FADED = 0.08;
const LEAST_BRUSH = 0.01;

/** Runs as lines over axes of their params and the metric; ranges can be brushed on every axis. */
export function ParallelPanel({ data, names, target, flipped, brushes, onFlip, onBrush, onFilter }: ParallelPanelProps) {
  const [ref, { width }] = useSize<HTMLDivElement>();
  const [pointed, setPointed] = useState(-1);
  const axes = useMemo(() => names.flatMap((name) => {
    const column = data.columns.get(name);
    return column ? [valueAxis(column, { hasJitter: true })] : [];
  }), [data, names]);
  const shown = useMemo(() => axes.map((axis): ShownAxis => ({ axis, isFlipped: flipped.includes(axis.name) })), [axes, flipped]);
  const layout = useMemo(() => parallelLayout(axes.length, width, HEIGHT), [axes.length, width]);
  const heights = useMemo(() => lineHeights(shown, layout, data.nRuns), [shown, layout, data.nRuns]);
  const passes = useMemo(() => brushed(axes, brushes, data.nRuns), [axes, brushes, data.nRuns]);
  const nPassing = useMemo(() => passes.reduce((sum, one) => sum + one, 0), [passes]);
  const colours = axes.find(({ name }) => name === target)?.positions;
  const nBeyond = Math.max(0, ...axes.map(({ nBelow, nAbove }) => nBelow + nAbove));
  const paint = useCallback((pen: Pen, palette: Palette) => paintParallel(pen, palette, { shown, layout, heights, passes, colours, width }), [shown, layout, heights, passes, colours, width]);
  const paintTop = useCallback((pen: Pen) => paintOne(pen, layout, heights, pointed), [layout, heights, pointed]);
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const row = nearestLine(heights, layout, passes, { x: event.clientX - box.left, y: event.clientY - box.top });
    setPointed(row);
    hoverRun(row < 0 ? null : (data.ids[row] ?? null));
  };
  const name = data.columns.get("attributes.run_name");
  return (
    <section className={styles.card} aria-label="Parallel coordinates">
      <header>
        <h2>Parallel coordinates</h2>
        <span className={styles.note}>
          {pointed >= 0 && name ? `${String(cellAt(name, pointed))}: ${axes.map((axis) => `${shortName(axis.name)} ${String(cellAt(data.columns.get(axis.name) ?? name, pointed) ?? "–")}`).join(", ")}`.slice(0, 140) : brushes.length ? `${formatCount(nPassing)} of ${formatCount(data.nRuns)} in brush` : `${formatCount(data.nRuns)} runs${nBeyond ? ` · ${formatCount(nBeyond)} beyond an axis, drawn at its end` : ""}`}
        </span>
        {brushes.length ? (
          <span className={styles.selects}>
            <Button onClick={() => onFilter(filterOfBrushes(axes, brushes))}>Make it a filter</Button>
            <Button onClick={() => onBrush([])}>Clear brushes</Button>
          </span>
        ) : null}
      </header>
      <div ref={ref} className={styles.plot} style={{ height: HEIGHT }} onPointerMove={point} onPointerLeave={() => setPointed(-1)}>
        <Canvas width={width} height={HEIGHT} paint={paint} />
        <div style={{ position: "absolute", inset: 0, pointerEvents: "none" }}>
          <Canvas width={width} height={HEIGHT} paint={paintTop} />
        </div>
        {shown.map(({ axis, isFlipped }, place) => (
          <AxisHandles key={axis.name} axis={axis} x={layout.xs[place] ?? 0} layout={layout} isFlipped={isFlipped} brushes={brushes.filter((brush) => brush.axis === axis.name)} onFlip={() => onFlip(axis.name)} onBrush={(own) => onBrush([...brushes.filter((brush) => brush.axis !== axis.name), ...own])} />
        ))}
      </div>
    </section>
  );
}

/** Return a column's name without its kind. */
export function shortName(name: string): string {
  return name.replace(/^\w+\./, "").replaceAll("`", "");
}

interface HandlesProps {
  readonly axis: ValueAxis;
  readonly x: number;
  readonly layout: ParallelLayout;
  readonly isFlipped: boolean;
  readonly brushes: readonly Brush[];
  readonly onFlip: () => void;
  readonly onBrush: (brushes: readonly Brush[]) => void;
}

function AxisHandles({ axis, x, layout, isFlipped, brushes, onFlip, onBrush }: HandlesProps) {
  const [from, setFrom] = useState<number | null>(null);
  const [to, setTo] = useState(0);
  const span = layout.bottom - layout.top;
  const at = (event: PointerEvent) => {
    const share = (event.clientY - event.currentTarget.getBoundingClientRect().top) / span;
    return Math.min(1, Math.max(0, isFlipped ? share : 1 - share));
  };
  const range = (one: number, other: number): Brush => ({ axis: axis.name, from: Math.min(one, other), to: Math.max(one, other) });
  const drawn = from === null ? brushes : [...brushes, range(from, to)];
  return (
    <>
      <button type="button" className={styles.axis} style={{ left: x, top: 0, maxWidth: Math.max(40, (layout.xs[1] ?? x + 130) - (layout.xs[0] ?? x) - 4) }} title={`${axis.name}${axis.kind === "log" ? ", logarithmic" : ""}; click to turn it round`} onClick={onFlip}>
        {shortened(shortName(axis.name), 18)} {isFlipped ? "▾" : ""}
      </button>
      <div
        className={styles.brushes}
        style={{ left: x, top: layout.top, height: span }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setFrom(at(event));
          setTo(at(event));
        }}
        onPointerMove={(event) => from !== null && setTo(at(event))}
        onPointerUp={(event) => {
          if (from === null) return;
          const end = at(event);
          onBrush(Math.abs(end - from) < LEAST_BRUSH ? [] : [...brushes, range(from, end)]);
          setFrom(null);
        }}
      >
        {drawn.map((brush) => {
          const [low, high] = isFlipped ? [brush.from, brush.to] : [1 - brush.to, 1 - brush.from];
          return <div key={`${brush.from} ${brush.to}`} className={styles.brush} style={{ top: low * span, height: (high - low) * span }} />;
        })}
      </div>
    </>
  );
}

interface Picture {
  readonly shown: readonly ShownAxis[];
  readonly layout: ParallelLayout;
  readonly heights: Float32Array;
  readonly passes: Uint8Array;
  readonly colours: Float32Array | undefined;
  readonly width: number;
}

function paintParallel(pen: Pen, palette: Palette, { shown, layout, heights, passes, colours, width }: Picture): void {
  pen.fillStyle = palette.ground;
  pen.fillRect(0, 0, width, HEIGHT);
  // A path for each colour instead of one for each run: ten times as fast.
  const buckets = Array.from({ length: N_COLOURS }, (): number[] => []);
  const faded: number[] = [];
  passes.forEach((pass, row) => {
    const share = colours?.[row] ?? 0.5;
    if (pass) buckets[Math.min(N_COLOURS - 1, Math.floor((Number.isNaN(share) ? 0 : share) * N_COLOURS))]?.push(row);
    else faded.push(row);
  });
  pen.lineWidth = 1;
  pen.globalAlpha = FADED;
  pen.strokeStyle = palette.faint;
  strokeRows(pen, layout, heights, faded);
  pen.globalAlpha = Math.min(0.9, Math.max(0.15, 200 / Math.max(1, passes.length - faded.length)));
  buckets.forEach((rows, place) => {
    pen.strokeStyle = sequential(place / (N_COLOURS - 1), palette.isDark);
    strokeRows(pen, layout, heights, rows);
  });
  pen.globalAlpha = 1;
  paintAxes(pen, palette, shown, layout);
}

function strokeRows(pen: Pen, layout: ParallelLayout, heights: Float32Array, rows: readonly number[]): void {
  const n = layout.xs.length;
  pen.beginPath();
  for (const row of rows) {
    pen.moveTo(layout.xs[0] ?? 0, heights[row * n] ?? 0);
    for (let place = 1; place < n; place += 1) pen.lineTo(layout.xs[place] ?? 0, heights[row * n + place] ?? 0);
  }
  pen.stroke();
}

function paintOne(pen: Pen, layout: ParallelLayout, heights: Float32Array, row: number): void {
  if (row < 0) return;
  pen.strokeStyle = currentPalette().accent;
  pen.lineWidth = 3;
  strokeRows(pen, layout, heights, [row]);
}

const MOST_TICKS = 14;

function paintAxes(pen: Pen, palette: Palette, shown: readonly ShownAxis[], layout: ParallelLayout): void {
  pen.font = FONT;
  pen.textBaseline = "middle";
  pen.lineWidth = 1;
  shown.forEach(({ axis, isFlipped }, place) => {
    const x = layout.xs[place] ?? 0;
    pen.strokeStyle = palette.text;
    pen.beginPath();
    pen.moveTo(x + 0.5, layout.top);
    pen.lineTo(x + 0.5, layout.bottom);
    pen.stroke();
    const isLast = place === shown.length - 1;
    pen.textAlign = isLast ? "left" : "right";
    const stride = Math.ceil(axis.ticks.length / MOST_TICKS);
    axis.ticks.forEach(({ position, words }, tick) => {
      if (tick % stride) return;
      const y = layout.top + (isFlipped ? position : 1 - position) * (layout.bottom - layout.top);
      paintWords(pen, palette, shortened(words, axis.kind === "category" ? 16 : 9), x + (isLast ? 6 : -6), y);
    });
    if (axis.nAbsent) paintWords(pen, palette, `none (${formatCount(axis.nAbsent)})`, x + (isLast ? 6 : -6), layout.absentY);
  });
}

function paintWords(pen: Pen, palette: Palette, words: string, x: number, y: number): void {
  const width = words.length * 6.2;
  pen.globalAlpha = 0.75;
  pen.fillStyle = palette.ground;
  pen.fillRect(pen.textAlign === "left" ? x : x - width, y - 7, width, 14);
  pen.globalAlpha = 1;
  pen.fillStyle = palette.text;
  pen.fillText(words, x, y);
}
