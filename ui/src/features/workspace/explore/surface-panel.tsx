import { useCallback, useMemo } from "react";

import { Canvas } from "@/charts/canvas";
import { type Palette, sequential } from "@/charts/palette";
import type { Pen } from "@/charts/pen";
import { PictureMenu } from "@/charts/picture-menu";
import { columnsCsv, type RunColumns } from "@/charts/run-columns";
import { surfaceOf } from "@/charts/surface";
import { useSize } from "@/charts/use-size";
import { beyondWords, type ValueAxis, valueAxis } from "@/charts/value-axis";
import { Select } from "@/components/fields";
import { FRAME, paintFrame, placeIn } from "@/features/workspace/explore/plot-frame";
import styles from "@/features/workspace/explore/explore.module.css";
import { shortName } from "@/features/workspace/explore/parallel-panel";
import { formatCount, formatNumber } from "@/format/numbers";

interface SurfacePanelProps {
  readonly data: RunColumns;
  readonly x: string;
  readonly y: string;
  readonly target: string;
  readonly choices: readonly string[];
  readonly onPick: (x: string, y: string) => void;
}

const CELLS_X = 140;
const CELLS_Y = 90;
const N_LEVELS = 12;
const MOST_DOTS = 5000;

/** The target over two numeric parameters, interpolated between runs; where there are none it is blank. */
export function SurfacePanel({ data, x, y, target, choices, onPick }: SurfacePanelProps) {
  const [ref, { width }] = useSize<HTMLDivElement>();
  const axes = useMemo(() => {
    const of = (name: string): ValueAxis | undefined => {
      const column = data.columns.get(name);
      return column?.kind === "number" ? valueAxis(column) : undefined;
    };
    return { x: of(x), y: of(y), z: of(target) };
  }, [data, x, y, target]);
  const surface = useMemo(() => (axes.x && axes.y && axes.z ? surfaceOf(axes.x.positions, axes.y.positions, axes.z.positions, CELLS_X, CELLS_Y) : undefined), [axes]);
  const paint = useCallback(
    (pen: Pen, palette: Palette) => {
      pen.fillStyle = palette.ground;
      pen.fillRect(0, 0, width, FRAME.height);
      if (!axes.x || !axes.y || !surface) return;
      paintCells(pen, palette, surface.values, width);
      paintFrame(pen, palette, axes.x, axes.y, width);
      paintSamples(pen, palette, axes.x, axes.y, data.nRuns, width);
    },
    [axes, surface, data.nRuns, width],
  );
  const beyond = beyondWords([axes.x, axes.y, axes.z]);
  const isBlank = !surface || surface.values.every(Number.isNaN);
  const options = choices.map((name) => [name, shortName(name)] as const);
  const [least, most] = [0, 1].map((share) => formatNumber(Number(axes.z?.valueAt(share) ?? NaN)));
  return (
    <section className={styles.card} aria-label="Contour">
      <header>
        <h2>{shortName(target)} over two parameters</h2>
        <span className={styles.selects}>
          <Select label="y" value={y} options={options} onPick={(name) => onPick(x, name)} />
          <Select label="x" value={x} options={options} onPick={(name) => onPick(name, y)} />
          <PictureMenu title={`${shortName(target)} over ${shortName(x)} and ${shortName(y)}`} width={width} height={FRAME.height} paint={paint} csv={() => columnsCsv(data, [x, y, target])} />
        </span>
      </header>
      <figure aria-label={`${shortName(target)} over ${shortName(x)} and ${shortName(y)}, ${formatCount(data.nRuns)} runs`}>
        <div ref={ref} className={styles.plot} style={{ height: FRAME.height }}>
          <Canvas width={width} height={FRAME.height} paint={paint} />
        </div>
        <figcaption className={styles.note}>
          {isBlank ? "These runs do not span a surface: three are needed that do not lie on a line." : <>{least} <i className={styles.ramp} /> {most} · interpolated between runs; blank where there are none{beyond ? ` · ${beyond}` : ""}{data.nRuns > MOST_DOTS ? ` · dots of ${formatCount(MOST_DOTS)} runs` : ""}</>}
        </figcaption>
      </figure>
    </section>
  );
}

function paintCells(pen: Pen, palette: Palette, values: Float64Array, width: number): void {
  const cellWidth = (width - FRAME.left - FRAME.right) / CELLS_X;
  const cellHeight = (FRAME.height - FRAME.top - FRAME.bottom) / CELLS_Y;
  for (let row = 0; row < CELLS_Y; row += 1)
    for (let column = 0; column < CELLS_X; column += 1) {
      const value = values[row * CELLS_X + column] ?? NaN;
      if (Number.isNaN(value)) continue;
      // Steps of colour are the contours.
      pen.fillStyle = sequential(Math.round(value * N_LEVELS) / N_LEVELS, palette.isDark);
      pen.fillRect(FRAME.left + column * cellWidth, FRAME.height - FRAME.bottom - (row + 1) * cellHeight, cellWidth + 0.5, cellHeight + 0.5);
    }
}

function paintSamples(pen: Pen, palette: Palette, x: ValueAxis, y: ValueAxis, nRuns: number, width: number): void {
  pen.strokeStyle = palette.ground;
  pen.fillStyle = palette.text;
  pen.lineWidth = 1;
  for (let row = 0; row < Math.min(nRuns, MOST_DOTS); row += 1) {
    const { px, py } = placeIn(x.positions[row] ?? NaN, y.positions[row] ?? NaN, width);
    if (Number.isNaN(px + py)) continue;
    pen.beginPath();
    pen.arc(px, py, 2.5, 0, 2 * Math.PI);
    pen.fill();
    pen.stroke();
  }
}
