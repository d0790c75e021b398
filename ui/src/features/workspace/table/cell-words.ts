import { shortened } from "@/format/names";
import { formatFixed, formatNumber, numberOf, sharedDecimals } from "@/format/numbers";
import { formatAgo, formatDuration } from "@/format/units";
import { DURATION, type TableColumn } from "@/features/workspace/columns";
import type { RunRow } from "@/features/workspace/use-runs";

/** What holds for the rows of a column in view: decimals to line up, the best value. */
export interface ColumnLook {
  readonly decimals: number;
  readonly best: number | undefined;
}

const LONGEST = 60;

/** Return what a column of rows shares. */
export function lookOf(column: TableColumn, rows: readonly RunRow[]): ColumnLook {
  if (!column.isNumeric) return { decimals: 0, best: undefined };
  const values = rows.flatMap(({ cells }) => {
    const value = spelt(cells[column.name]);
    return value !== undefined && Number.isFinite(value) ? [value] : [];
  });
  const best = column.kind === "metric" && column.direction && values.length > 1 ? (column.direction === "lower" ? Math.min(...values) : Math.max(...values)) : undefined;
  return { decimals: sharedDecimals(values), best };
}

/** Return the number of a cell, also where a param spells one. */
export function spelt(cell: string | number | null | undefined): number | undefined {
  const value = numberOf(cell);
  if (value !== undefined || typeof cell !== "string" || cell.trim() === "") return value;
  const number = Number(cell);
  return Number.isNaN(number) ? undefined : number;
}

/** Return the words of a cell. */
export function wordsOf(column: TableColumn, cell: string | number | null | undefined, look: ColumnLook, nowMs: number): string {
  if (cell === null || cell === undefined) return "";
  if (column.name === DURATION) return typeof cell === "number" ? formatDuration(cell) : "";
  if (column.name === "attributes.start_time") return typeof cell === "number" ? formatAgo(cell, nowMs) : "";
  const value = column.isNumeric ? spelt(cell) : numberOf(cell);
  if (value === undefined) return shortened(String(cell), LONGEST);
  if (column.kind === "param") return formatNumber(value);
  return formatFixed(value, look.decimals);
}
