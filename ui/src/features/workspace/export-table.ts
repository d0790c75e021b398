import { call } from "@/api/call";
import { saveFile } from "@/charts/exports";
import { say, sayError } from "@/components/toasts";
import { messageOf } from "@/api/errors";
import { BASE_COLUMNS, DURATION } from "@/features/workspace/columns";
import { expandFilter } from "@/features/workspace/filters";
import { type RunRow, rowsOf } from "@/features/workspace/use-runs";
import { formatCount } from "@/format/numbers";
import { csvCell } from "@/format/csv";

/** What of the table is taken along. */
export interface ExportWish {
  readonly experimentIds: readonly string[];
  readonly q: string;
  readonly order: readonly string[];
  readonly columns: readonly string[];
}

const PAGE = 5000;
const MOST_MARKDOWN = 100;

/** Save all runs that match as CSV: the columns of the table, every digit of every value. */
export async function exportCsv(wish: ExportWish, name: string): Promise<void> {
  try {
    const rows: RunRow[] = [];
    let total = Infinity;
    while (rows.length < total) {
      const page = await pageOf(wish, rows.length, PAGE);
      total = page.total;
      if (!page.rows.length) break;
      rows.push(...page.rows);
    }
    saveFile(`${name}.csv`, new Blob([csvOf(wish.columns, rows)], { type: "text/csv" }));
    say(`${formatCount(rows.length)} runs saved as CSV.`);
  } catch (error) {
    sayError(`The table could not be saved: ${messageOf(error)}`);
  }
}

/** Copy the first runs that match as a Markdown table. */
export async function copyMarkdown(wish: ExportWish): Promise<void> {
  try {
    const { rows, total } = await pageOf(wish, 0, MOST_MARKDOWN);
    await navigator.clipboard.writeText(markdownOf(wish.columns, rows));
    say(rows.length < total ? `The first ${formatCount(rows.length)} of ${formatCount(total)} runs copied.` : `${formatCount(rows.length)} runs copied.`);
  } catch (error) {
    sayError(`The table could not be copied: ${messageOf(error)}`);
  }
}

async function pageOf({ experimentIds, q, order, columns }: ExportWish, offset: number, limit: number) {
  const asked = [...new Set([...BASE_COLUMNS, ...columns.filter((column) => column !== DURATION)])];
  const table = await call("query_runs", { experiment_ids: experimentIds, filter: expandFilter(q), order_by: order, columns: asked, offset, limit });
  return { total: table.total, rows: rowsOf(table) };
}

/** Return rows as CSV, with the id of each run first. */
export function csvOf(columns: readonly string[], rows: readonly RunRow[]): string {
  const lines = [["run_id", ...columns], ...rows.map(({ id, cells }) => [id, ...columns.map((column) => String(cells[column] ?? ""))])];
  return lines.map((cells) => `${cells.map(csvCell).join(",")}\n`).join("");
}

/** Return rows as a Markdown table. */
export function markdownOf(columns: readonly string[], rows: readonly RunRow[]): string {
  const titles = columns.map((column) => column.replace(/^\w+\./, "").replaceAll("`", ""));
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |\n`;
  return line(titles) + line(titles.map(() => "---")) + rows.map(({ cells }) => line(columns.map((column) => String(cells[column] ?? "")))).join("");
}
