import { slotToken } from "@/charts/palette";
import { Link } from "@/components/link";
import { StatusWord } from "@/components/notices";
import type { TableColumn } from "@/features/workspace/columns";
import { lookOf, PLAIN, wordsOf } from "@/features/workspace/table/cell-words";
import type { RunRow } from "@/features/workspace/use-runs";
import styles from "@/features/workspace/workspace.module.css";
import { formatCount } from "@/format/numbers";
import { PATHS } from "@/url/paths";
import { useState } from "react";

interface RunCardsProps {
  readonly rows: readonly RunRow[];
  readonly total: number;
  readonly columns: readonly TableColumn[];
}

/** Runs as cards, for narrow screens: name, status, two metrics, two params that differ. */
export function RunCards({ rows, total, columns }: RunCardsProps) {
  const [nowMs] = useState(Date.now);
  const facts = [...columns.filter(({ kind }) => kind === "metric").slice(0, 2), ...columns.filter(({ kind }) => kind === "param").slice(0, 2)];
  const looks = new Map(facts.map((column) => [column.name, lookOf(column, rows, undefined, rows.length === total, "plain")]));
  return (
    <ul className={styles.cards} aria-label="Runs" style={{ height: "100%" }}>
      {rows.map((row, place) => (
        <li key={row.id} className={styles.card}>
          <header>
            <Link to={PATHS.run(row.id)}>
              <span aria-hidden style={{ color: slotToken(place) }}>● </span>
              {String(row.cells["attributes.run_name"] ?? row.id)}
            </Link>
            <StatusWord status={String(row.cells["attributes.status"])} />
          </header>
          <dl>
            {facts.map((column) => (
              <div key={column.name}>
                <dt>{column.title}</dt>
                <dd>{wordsOf(column, row.cells[column.name], looks.get(column.name) ?? PLAIN, nowMs) || "–"}</dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
      {total > rows.length ? <li>The first {formatCount(rows.length)} of {formatCount(total)} runs; filter to see others.</li> : null}
    </ul>
  );
}
