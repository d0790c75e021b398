import { useCallback, useMemo } from "react";

import { type Box, boxesOf } from "@/charts/boxes";
import { Canvas } from "@/charts/canvas";
import type { Palette } from "@/charts/palette";
import type { Pen } from "@/charts/pen";
import { PictureMenu } from "@/charts/picture-menu";
import { cellAt, columnsCsv, type RunColumn, type RunColumns } from "@/charts/run-columns";
import { useSize } from "@/charts/use-size";
import { noise, valueAxis } from "@/charts/value-axis";
import { Select } from "@/components/fields";
import styles from "@/features/workspace/explore/explore.module.css";
import { shortName } from "@/features/workspace/explore/parallel-panel";
import { FRAME, paintFrame, placeIn } from "@/features/workspace/explore/plot-frame";
import { compareNatural } from "@/format/names";
import { formatCount, formatNumber } from "@/format/numbers";

interface BoxPanelProps {
  readonly data: RunColumns;
  readonly by: string;
  readonly target: string;
  readonly direction: "lower" | "higher";
  readonly choices: readonly string[];
  readonly onPick: (by: string) => void;
}

const MOST_BOXES = 24;
const MOST_DOTS = 400;

/** How the target is spread in each category of a parameter, the best median first. */
export function BoxPanel({ data, by, target, direction, choices, onPick }: BoxPanelProps) {
  const [ref, { width }] = useSize<HTMLDivElement>();
  const column = data.columns.get(by);
  const values = data.columns.get(target);
  const boxes = useMemo(() => {
    if (!column || values?.kind !== "number") return [];
    const { names, codes } = categoriesOf(column, data.nRuns);
    return boxesOf(names, codes, values.values, direction);
  }, [column, values, data.nRuns, direction]);
  const shown = useMemo(() => boxes.slice(0, MOST_BOXES), [boxes]);
  const paint = useCallback(
    (pen: Pen, palette: Palette) => {
      pen.fillStyle = palette.ground;
      pen.fillRect(0, 0, width, FRAME.height);
      if (values?.kind === "number") paintBoxes(pen, palette, shown, values, by, width);
    },
    [shown, values, by, width],
  );
  const best = shown[0];
  const nDrawn = boxes.reduce((sum, { rows }) => sum + rows.length, 0);
  const axis = useMemo(() => (values?.kind === "number" ? valueAxis(values) : undefined), [values]);
  const nBeyond = (axis?.nBelow ?? 0) + (axis?.nAbove ?? 0);
  const remarks = [
    "Box: quartiles; whiskers: up to 1.5 times their distance",
    boxes.some(({ rows }) => rows.length > MOST_DOTS) ? `dots of the first ${formatCount(MOST_DOTS)} runs of each` : "every dot is a run",
    nBeyond ? `${formatCount(nBeyond)} beyond the axis, drawn at its end` : "",
    nDrawn < data.nRuns ? `${formatCount(data.nRuns - nDrawn)} runs without both` : "",
  ].filter(Boolean).join(" · ");
  return (
    <section className={styles.card} aria-label="Box plot">
      <header>
        <h2>{shortName(target)} by category</h2>
        <span className={styles.selects}>
          <Select label="by" value={by} options={choices.map((name) => [name, shortName(name)] as const)} onPick={onPick} />
          <PictureMenu title={`${shortName(target)} by ${shortName(by)}`} width={width} height={FRAME.height} paint={paint} csv={() => columnsCsv(data, [by, target])} />
        </span>
      </header>
      <figure aria-label={`${shortName(target)} by ${shortName(by)}, ${formatCount(boxes.length)} categories${best ? `, best median ${formatNumber(best.median)} with ${best.name}` : ""}`}>
        <div ref={ref} className={styles.plot} style={{ height: FRAME.height }}>
          <Canvas width={width} height={FRAME.height} paint={paint} />
        </div>
        <figcaption className={styles.note}>{!boxes.length ? "No run has both." : boxes.length > shown.length ? `The best ${MOST_BOXES} of ${formatCount(boxes.length)} categories.` : remarks}</figcaption>
      </figure>
    </section>
  );
}

/** Return the different values of a column as categories, in natural order. */
function categoriesOf(column: RunColumn, nRuns: number): { readonly names: readonly string[]; readonly codes: Int32Array } {
  if (column.kind === "text") return { names: column.values, codes: column.codes };
  const said = Array.from({ length: nRuns }, (_, row) => cellAt(column, row));
  const names = [...new Set(said.filter((value) => value !== undefined).map(String))].toSorted(compareNatural);
  const places = new Map(names.map((name, place) => [name, place]));
  return { names, codes: Int32Array.from(said, (value) => (value === undefined ? -1 : (places.get(String(value)) ?? -1))) };
}

function paintBoxes(pen: Pen, palette: Palette, boxes: readonly Box[], column: RunColumn & { readonly kind: "number" }, by: string, width: number): void {
  if (!boxes.length) return;
  const y = valueAxis(column);
  const n = boxes.length;
  const ticks = boxes.map(({ name, rows }, place) => ({ position: (place + 0.5) / n, words: `${name || "(empty)"} (${rows.length})` }));
  const scale = scaleOf(y);
  paintFrame(pen, palette, { name: by, kind: "category", positions: new Float32Array(), ticks, nBelow: 0, nAbove: 0, nAbsent: 0, valueAt: () => "" }, y, width);
  const half = Math.min(26, ((width - FRAME.left - FRAME.right) / n) * 0.36);
  boxes.forEach((box, place) => {
    const { px } = placeIn((place + 0.5) / n, 0, width);
    const at = (value: number) => placeIn(0, scale(value), width).py;
    pen.globalAlpha = 0.35;
    pen.fillStyle = palette.accent;
    box.rows.slice(0, MOST_DOTS).forEach((row) => pen.fillRect(px + noise(row) * half * 0.8 - 1.5, placeIn(0, y.positions[row] ?? NaN, width).py - 1.5, 3, 3));
    pen.globalAlpha = 1;
    pen.strokeStyle = palette.text;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.rect(px - half, at(box.q3), 2 * half, at(box.q1) - at(box.q3));
    for (const [from, to] of [[box.q3, box.high], [box.q1, box.low]] as const) {
      pen.moveTo(px, at(from));
      pen.lineTo(px, at(to));
    }
    pen.stroke();
    pen.lineWidth = 2;
    pen.beginPath();
    pen.moveTo(px - half, at(box.median));
    pen.lineTo(px + half, at(box.median));
    pen.stroke();
  });
}

/** Return where a value stands on the axis, also where no run has just it. */
function scaleOf(axis: ReturnType<typeof valueAxis>): (value: number) => number {
  const [low, high] = [Number(axis.valueAt(0)), Number(axis.valueAt(1))];
  return axis.kind === "log" ? (value) => Math.min(1, Math.max(0, Math.log(value / low) / Math.log(high / low))) : (value) => Math.min(1, Math.max(0, (value - low) / (high - low)));
}
