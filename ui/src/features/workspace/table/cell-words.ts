import { shortened } from "@/format/names";
import { formatFixed, formatNumber, numberOf, sharedDecimals } from "@/format/numbers";
import { formatAgo, formatDuration } from "@/format/units";
import { DURATION, type TableColumn } from "@/features/workspace/columns";
import type { ColumnStatistics } from "@/api/schema.gen";
import type { Direction } from "@/format/directions";
import type { RunRow } from "@/features/workspace/use-runs";

/** What holds for the rows of a column in view: decimals to line up, the best value. */
export interface ColumnLook {
  readonly decimals: number;
  readonly best: number | undefined;
  readonly least: number;
  readonly most: number;
  readonly style: CellStyle;
  readonly direction: Direction | undefined;
}

export type CellStyle = "plain" | "heat" | "bar";

const LONGEST = 60;
const WIDE = 100;

/** A column that is only words. */
export const PLAIN: ColumnLook = { decimals: 0, best: undefined, least: NaN, most: NaN, style: "plain", direction: undefined };

/** Return how a column looks: decimals from the rows at hand, what is best and the range from all matching runs. */
export function lookOf(column: TableColumn, rows: readonly RunRow[], facts: ColumnStatistics | undefined, isAll: boolean, style: CellStyle): ColumnLook {
  if (!column.isNumeric) return PLAIN;
  const values = rows.flatMap(({ cells }) => {
    const value = spelt(cells[column.name]);
    return value !== undefined && Number.isFinite(value) ? [value] : [];
  });
  const least = numberOf(facts?.min) ?? (isAll ? Math.min(...values) : NaN);
  const most = numberOf(facts?.max) ?? (isAll ? Math.max(...values) : NaN);
  const isMarked = column.kind === "metric" && column.direction !== undefined && least < most;
  const best = isMarked ? (column.direction === "lower" ? least : most) : undefined;
  return { decimals: sharedDecimals(values), best, least, most, style, direction: column.direction };
}

/** Return where a value stands between the least and the most of its column, from 0 to 1; by its logarithm where they are far apart. */
export function shareOf(value: number | undefined, { least, most }: ColumnLook): number | undefined {
  if (value === undefined || !Number.isFinite(value) || !(least < most)) return undefined;
  const isWide = least > 0 && most / least > WIDE;
  const share = isWide ? Math.log(value / least) / Math.log(most / least) : (value - least) / (most - least);
  return Math.min(1, Math.max(0, share));
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
