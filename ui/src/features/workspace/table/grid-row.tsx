import { Eye, EyeOff, Star } from "lucide-react";
import { memo } from "react";

import { hoverRun, useHover } from "@/charts/hover";
import { slotToken } from "@/charts/palette";
import { Link } from "@/components/link";
import { StatusWord } from "@/components/notices";
import { STAR_COLUMN, type TableColumn } from "@/features/workspace/columns";
import { type ColumnLook, PLAIN, shareOf, spelt, wordsOf } from "@/features/workspace/table/cell-words";
import styles from "@/features/workspace/table/grid.module.css";
import { activate, toggleSelected, useSelection } from "@/features/workspace/table/selection";
import { fixedSlot, type RunRow } from "@/features/workspace/use-runs";
import { formatDelta } from "@/format/numbers";
import { formatTime } from "@/format/units";
import { PATHS } from "@/url/paths";

/** Where a column stands: its left edge, and whether it stays there. */
export interface PlacedColumn {
  readonly column: TableColumn;
  readonly left: number;
  readonly isPinned: boolean;
}

interface GridRowProps {
  readonly row: RunRow | undefined;
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly columns: readonly PlacedColumn[];
  readonly looks: ReadonlyMap<string, ColumnLook>;
  /** Slot of colour, −1 when the run is not drawn. */
  readonly slot: number;
  readonly base: RunRow | undefined;
  readonly nowMs: number;
  readonly onToggleShown: (runId: string) => void;
}

export const TOOLS_WIDTH = 60;

/** One run; without a row its place, until it is there. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { row, index, top, height, columns, slot, onToggleShown } = props;
  const isSelected = useSelection(({ selected }) => row !== undefined && selected.has(row.id));
  const isActive = useSelection(({ active }) => active === index);
  const isPointed = useHover(({ runId }) => row !== undefined && runId === row.id);
  const place = { transform: `translateY(${top}px)`, height };
  if (!row) return <div role="row" aria-rowindex={index + 2} className={styles.row} style={place} />;
  const name = String(row.cells["attributes.run_name"] ?? row.id);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-active={isActive || undefined}
      data-pointed={isPointed || undefined}
      tabIndex={isActive ? 0 : -1}
      className={styles.row}
      style={place}
      onPointerEnter={() => hoverRun(row.id)}
      onPointerLeave={() => hoverRun(null)}
      onFocus={() => activate(index)}
    >
      <div role="gridcell" className={`${styles.cell} ${styles.pinned} ${styles.tools}`} style={{ left: 0, width: TOOLS_WIDTH }}>
        <input type="checkbox" aria-label={`Select ${name}`} checked={isSelected} onChange={() => toggleSelected(row.id)} />
        <button type="button" className={styles.eye} aria-pressed={slot >= 0} aria-label={`Draw ${name}`} title={slot >= 0 ? "Drawn; click to hide" : "Not drawn; click to draw"} style={slot >= 0 ? { color: slotToken(fixedSlot(row) ?? slot) } : {}} onClick={() => onToggleShown(row.id)}>
          {slot >= 0 ? <Eye size={14} aria-hidden /> : <EyeOff size={14} aria-hidden />}
        </button>
      </div>
      {columns.map((placed) => (
        <GridCell key={placed.column.name} {...props} row={row} placed={placed} name={name} />
      ))}
    </div>
  );
});

interface GridCellProps extends GridRowProps {
  readonly row: RunRow;
  readonly placed: PlacedColumn;
  readonly name: string;
}

function GridCell({ row, placed, looks, base, nowMs, name }: GridCellProps) {
  const { column, left, isPinned } = placed;
  const cell = row.cells[column.name];
  const look = looks.get(column.name) ?? PLAIN;
  const ground = groundOf(look, column.isNumeric ? shareOf(spelt(cell), look) : undefined);
  const style = isPinned ? { left, width: column.width, ...ground } : { width: column.width, position: "absolute" as const, left, height: "100%", ...ground };
  const words = wordsOf(column, cell, look, nowMs);
  const value = column.isNumeric ? spelt(cell) : undefined;
  const isBest = value !== undefined && value === look.best;
  const isOdd = value !== undefined && !Number.isFinite(value);
  const look2 = [styles.cell, isPinned ? styles.pinned : "", column.isNumeric ? styles.number : "", isBest ? styles.best : "", isOdd ? styles.odd : ""].join(" ");
  const full = column.name === "attributes.start_time" && typeof cell === "number" ? formatTime(cell) : String(cell ?? "nothing logged");
  return (
    <div role="gridcell" className={look2} style={style} title={full} data-column={column.name} data-row={row.id}>
      {column.name === "attributes.run_name" ? (
        <Link to={PATHS.run(row.id)} className={styles.name}>
          {name}
          {row.cells[STAR_COLUMN] === "true" ? <Star className={styles.star} size={11} fill="currentColor" aria-label="starred" /> : null}
        </Link>
      ) : column.name === "attributes.status" ? (
        <StatusWord status={String(cell)} />
      ) : (
        <span className={words ? "" : styles.nothing}>
          {isBest ? "★ " : ""}
          {words || "–"}
          {base && base.id !== row.id && column.kind === "metric" ? <Delta value={value} base={spelt(base.cells[column.name])} /> : null}
        </span>
      )}
    </div>
  );
}

/** Return what lies behind a number: a bar as long as the value is large, or the more colour the better it is. */
function groundOf({ style, direction }: ColumnLook, share: number | undefined): { readonly backgroundImage?: string } {
  if (share === undefined || style === "plain") return {};
  if (style === "bar") return { backgroundImage: `linear-gradient(to right, color-mix(in srgb, var(--accent) 22%, transparent) ${(share * 100).toFixed(1)}%, transparent 0)` };
  const colour = `color-mix(in srgb, var(--accent) ${(4 + 36 * (direction === "lower" ? 1 - share : share)).toFixed(1)}%, transparent)`;
  return { backgroundImage: `linear-gradient(${colour}, ${colour})` };
}

function Delta({ value, base }: { readonly value: number | undefined; readonly base: number | undefined }) {
  if (value === undefined || base === undefined || !Number.isFinite(value - base)) return null;
  return <span className={styles.delta}>{formatDelta(value - base)}</span>;
}
