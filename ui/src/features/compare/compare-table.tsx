import { X } from "lucide-react";

import { slotToken } from "@/charts/palette";
import { Button, IconButton } from "@/components/button";
import { Link } from "@/components/link";
import { type ComparedRow, type ComparedRun, type ComparedSection, differenceTo } from "@/features/compare/comparison";
import styles from "@/features/compare/compare.module.css";
import { formatExact, formatNumber } from "@/format/numbers";
import { PATHS } from "@/url/paths";

interface RunHeadsProps {
  readonly runs: readonly ComparedRun[];
  readonly base: number;
  readonly onBase?: (runId: string) => void;
  readonly onRemove?: (runId: string) => void;
}

/** The runs as heads of columns. */
export function RunHeads({ runs, base, onBase, onRemove }: RunHeadsProps) {
  return (
    <thead>
      <tr>
        <th scope="col"><span className="visually-hidden">Key</span></th>
        {runs.map((run, place) => (
          <th key={run.id} scope="col">
            <span className={styles.head}>
              <i style={{ background: slotToken(run.slot) }} />
              <Link to={PATHS.run(run.id)}>{run.name}</Link>
              {place === base ? <small>baseline</small> : onBase ? <Button look="quiet" onClick={() => onBase(run.id)} aria-label={`Use ${run.name} as baseline`}>as baseline</Button> : null}
              {onRemove && runs.length > 2 ? <IconButton label={`Take ${run.name} out`} onClick={() => onRemove(run.id)}><X size={14} aria-hidden /></IconButton> : null}
            </span>
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** One key over the runs. */
export function Row({ row, base }: { readonly row: ComparedRow; readonly base: number }) {
  return (
    <tr>
      <th scope="row" title={row.key}>
        {row.key} {row.direction === "lower" ? "↓" : row.direction === "higher" ? "↑" : ""}
      </th>
      {row.values.map((_, place) => (
        // A column for each run, always in the same order.
        // oxlint-disable-next-line react/no-array-index-key
        <Cell key={place} row={row} place={place} base={base} />
      ))}
    </tr>
  );
}

function Cell({ row, place, base }: { readonly row: ComparedRow; readonly place: number; readonly base: number }) {
  const value = row.values[place];
  const difference = place === base ? undefined : differenceTo(row.values[base], value, row.direction);
  const isBest = row.best.has(place);
  return (
    <td className={value === undefined ? styles.missing : isBest ? styles.best : row.differs ? "" : styles.same} title={typeof value === "number" ? formatExact(value) : value}>
      {isBest ? "★ " : ""}
      {value === undefined ? "–" : typeof value === "number" ? formatNumber(value) : value}
      {difference ? <span className={styles[difference.tone]}>{difference.words}</span> : null}
    </td>
  );
}

interface RunRowsProps {
  readonly runs: readonly ComparedRun[];
  readonly sections: readonly ComparedSection[];
  readonly base: number;
  readonly isAll: boolean;
}

/** Runs as rows and keys as columns, for many runs. */
export function RunRows({ runs, sections, base, isAll }: RunRowsProps) {
  const shown = sections.map(({ name, rows }) => ({ name, rows: rows.filter(({ differs }) => isAll || differs) })).filter(({ rows }) => rows.length);
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <td><span className="visually-hidden">Run</span></td>
          {shown.map(({ name, rows }) => <th key={name} scope="colgroup" colSpan={rows.length}>{name}</th>)}
        </tr>
        <tr>
          <th scope="col">Run</th>
          {shown.flatMap(({ name, rows }) => rows.map(({ key, direction }) => <th key={`${name} ${key}`} scope="col" title={key}>{key} {direction === "lower" ? "↓" : direction === "higher" ? "↑" : ""}</th>))}
        </tr>
      </thead>
      <tbody>
        {runs.map((run, place) => (
          <tr key={run.id}>
            <th scope="row">
              <span className={styles.head}>
                <i style={{ background: slotToken(run.slot) }} />
                <Link to={PATHS.run(run.id)}>{run.name}</Link>
                {place === base ? <small>baseline</small> : null}
              </span>
            </th>
            {shown.flatMap(({ name, rows }) => rows.map((row) => <Cell key={`${name} ${row.key}`} row={row} place={place} base={base} />))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
