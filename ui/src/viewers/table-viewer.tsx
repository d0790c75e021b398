import { useMemo, useState } from "react";

import { TextField } from "@/components/fields";
import { ErrorNote, Skeleton } from "@/components/notices";
import { formatCount } from "@/format/numbers";
import type { ArtifactProps } from "@/viewers/artifact-viewer";
import { sortedRows, type TableData, tableOfText } from "@/viewers/tables";
import { useText } from "@/viewers/use-text";
import styles from "@/viewers/viewers.module.css";

const MOST_ROWS = 500;
const MOST_COLUMNS = 200;

/** A file of rows: CSV, TSV or a JSON document a line. */
export function TableFileViewer({ runId, path, size }: ArtifactProps) {
  const { data, error, refetch } = useText(runId, path, size);
  const table = useMemo(() => {
    if (data === undefined) return undefined;
    try {
      return tableOfText(path, data);
    } catch (failure) {
      return failure instanceof Error ? failure : new Error(String(failure));
    }
  }, [data, path]);
  if (error) return <ErrorNote what={`${path} could not be read.`} error={error} onRetry={() => void refetch()} />;
  if (!table) return <Skeleton height={240} />;
  if (table instanceof Error) return <ErrorNote what={`${path} is no such table.`} error={table} />;
  return <Table table={table} />;
}

/** A table that can be searched and sorted. */
export function Table({ table }: { readonly table: TableData }) {
  const [sort, setSort] = useState<{ readonly column: number; readonly isDown: boolean } | null>(null);
  const [text, setText] = useState("");
  const order = useMemo(() => (sort ? sortedRows(table, sort.column, sort.isDown) : table.rows.map((_, row) => row)), [table, sort]);
  const words = text.toLowerCase();
  const found = useMemo(() => (words ? order.filter((row) => table.rows[row]?.some((cell) => cell.toLowerCase().includes(words))) : order), [order, words, table]);
  const columns = table.columns.slice(0, MOST_COLUMNS);
  const shown = found.slice(0, MOST_ROWS);
  return (
    <>
      <div className={styles.bar}>
        <div style={{ width: 200 }}>
          <TextField label="Find rows" isLabelHidden type="search" placeholder="Find rows" value={text} onChange={(event) => setText(event.target.value)} />
        </div>
        <span>
          rows {shown.length ? `1–${formatCount(shown.length)}` : "0"} of {formatCount(found.length)}
          {found.length < table.rows.length ? ` (${formatCount(table.rows.length)} in all)` : ""}
          {columns.length < table.columns.length ? ` · ${MOST_COLUMNS} of ${formatCount(table.columns.length)} columns` : ""}
        </span>
      </div>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((name, column) => (
              // Names of columns may repeat; their places do not.
              // oxlint-disable-next-line react/no-array-index-key
              <th key={column} scope="col" aria-sort={sort?.column === column ? (sort.isDown ? "descending" : "ascending") : "none"}>
                <button type="button" onClick={() => setSort({ column, isDown: sort?.column === column && !sort.isDown })}>
                  {name} {sort?.column === column ? (sort.isDown ? "↓" : "↑") : ""}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row}>
              {columns.map((_, column) => (
                // oxlint-disable-next-line react/no-array-index-key
                <td key={column} title={table.rows[row]?.[column]}>{table.rows[row]?.[column]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
