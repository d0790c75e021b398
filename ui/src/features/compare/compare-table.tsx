import { X } from "lucide-react";

import { slotToken } from "@/charts/palette";
import { Button, IconButton } from "@/components/button";
import { Link } from "@/components/link";
import { type ComparedRow, type ComparedRun, type ComparedSection, differenceTo } from "@/features/compare/comparison";
import { TextDifference } from "@/features/compare/text-difference";
import styles from "@/features/compare/compare.module.css";
import { formatExact, formatNumber } from "@/format/numbers";
import { PATHS } from "@/url/paths";

interface RunHeadsProps {
  readonly runs: readonly ComparedRun[];
  readonly base: number;
  readonly onBase?: (runId: string) => void;
  readonly onRemove?: (runId: string) => void;
}

/** From how many characters on texts are compared word by word. */
const LONG_TEXT = 24;

/** The runs as heads of columns. */
export function RunHeads({ runs, base, onBase, onRemove }: RunHeadsProps) {
  return (
    <thead>
      <tr>
        <th scope="col"><span className="visually-hidden">Key</span></th>
        {runs.map((run, place) => (
          <th key={run.id} scope="col">
            <RunHead run={run} isBase={place === base} onBase={onBase} onRemove={runs.length > 2 ? onRemove : undefined} />
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface RunHeadProps {
  readonly run: ComparedRun;
  readonly isBase: boolean;
  readonly onBase: ((runId: string) => void) | undefined;
  readonly onRemove: ((runId: string) => void) | undefined;
}

function RunHead({ run, isBase, onBase, onRemove }: RunHeadProps) {
  return (
    <span className={styles.head}>
      <i style={{ background: slotToken(run.slot) }} />
      <Link to={PATHS.run(run.id)}>{run.name}</Link>
      {isBase ? <small>baseline</small> : onBase ? <Button look="quiet" onClick={() => onBase(run.id)} aria-label={`Use ${run.name} as baseline`}>as baseline</Button> : null}
      {onRemove ? <IconButton label={`Take ${run.name} out`} onClick={() => onRemove(run.id)}><X size={14} aria-hidden /></IconButton> : null}
    </span>
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
  const before = row.values[base];
  const isTextual = place !== base && typeof value === "string" && typeof before === "string" && value !== before && Math.max(value.length, before.length) >= LONG_TEXT;
  return (
    <td className={value === undefined ? styles.missing : isBest ? styles.best : row.differs ? "" : styles.same} title={typeof value === "number" ? formatExact(value) : value}>
      {isBest ? "★ " : ""}
      {value === undefined ? "–" : typeof value === "number" ? formatNumber(value) : isTextual ? <TextDifference base={before} text={value} /> : value}
      {difference ? <span className={styles[difference.tone]}>{difference.words}</span> : null}
    </td>
  );
}

interface RunRowsProps extends Omit<RunHeadsProps, "runs" | "base"> {
  readonly runs: readonly ComparedRun[];
  readonly sections: readonly ComparedSection[];
  readonly base: number;
  readonly isAll: boolean;
}

/** Runs as rows and keys as columns, for many runs. */
export function RunRows({ runs, sections, base, isAll, onBase, onRemove }: RunRowsProps) {
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
              <RunHead run={run} isBase={place === base} onBase={onBase} onRemove={runs.length > 2 ? onRemove : undefined} />
            </th>
            {shown.flatMap(({ name, rows }) => rows.map((row) => <Cell key={`${name} ${row.key}`} row={row} place={place} base={base} />))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
