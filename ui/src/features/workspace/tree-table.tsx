import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";

import { call } from "@/api/call";
import type { RunGroups } from "@/api/schema.gen";
import { IconButton } from "@/components/button";
import { Link } from "@/components/link";
import { EmptyState, ErrorNote, Skeleton, StatusWord } from "@/components/notices";
import { BASE_COLUMNS, DURATION, type KeyTable, orderBy, type TableColumn } from "@/features/workspace/columns";
import { expandFilter, quotedText } from "@/features/workspace/filters";
import { type ColumnLook, lookOf, PLAIN, wordsOf } from "@/features/workspace/table/cell-words";
import { type RunRow, rowsOf } from "@/features/workspace/use-runs";
import styles from "@/features/workspace/workspace.module.css";
import { counted } from "@/format/names";
import { formatCount, formatNumber, numberOf } from "@/format/numbers";
import { columnName } from "@/url/columns";
import { PATHS } from "@/url/paths";

interface TreeTableProps {
  readonly experimentIds: readonly string[];
  readonly q: string;
  readonly sort: readonly string[];
  readonly columns: readonly TableColumn[];
  readonly keys: KeyTable;
}

export const PARENT_COLUMN = columnName("tags", "mlflow.parentRunId");
const MOST_PARENTS = 300;
const MOST_CHILDREN = 500;
const INDENT = 18;

/** Runs with their child runs under them; a parent says what its children have in the mean. */
export function TreeTable({ experimentIds, q, sort, columns, keys }: TreeTableProps) {
  const filter = expandFilter(q);
  const [nowMs] = useState(Date.now);
  const level = useLevel(experimentIds, filter ? `(${filter}) and ${PARENT_COLUMN} is null` : `${PARENT_COLUMN} is null`, sort, columns, keys, MOST_PARENTS);
  if (level.error) return <div className={styles.notice}><ErrorNote what="The runs could not be read." error={level.error} onRetry={() => void level.refetch()} /></div>;
  if (!level.data) return <div className={styles.notice}><Skeleton height={240} /></div>;
  if (!level.data.total) return <EmptyState title="No run without a parent matches">Child runs are not looked for on their own in the tree; the flat table does.</EmptyState>;
  return (
    <div className={styles.groups} tabIndex={0} role="group" aria-label="Runs and their child runs">
      <table>
        <caption>{counted(level.data.total, "run")} without a parent{level.data.total > level.data.rows.length ? `; the first ${formatCount(level.data.rows.length)}` : ""}</caption>
        <thead>
          <tr>{columns.map(({ name, title }) => <th key={name} scope="col">{title}</th>)}</tr>
        </thead>
        <tbody>
          <Level rows={level.data.rows} children_={level.data.children} depth={1} {...{ experimentIds, columns, keys, sort, nowMs }} />
        </tbody>
      </table>
    </div>
  );
}

interface Children {
  readonly n: number;
  /** Mean and deviation by metric column. */
  readonly figures: ReadonlyMap<string, readonly [mean: number, std: number | undefined]>;
}

interface LevelProps {
  readonly rows: readonly RunRow[];
  readonly children_: ReadonlyMap<string, Children>;
  readonly depth: number;
  readonly experimentIds: readonly string[];
  readonly columns: readonly TableColumn[];
  readonly keys: KeyTable;
  readonly sort: readonly string[];
  readonly nowMs: number;
}

function Level(props: LevelProps) {
  const { rows, columns, children_ } = props;
  const looks = new Map(columns.map((column) => [column.name, lookOf(column, rows, undefined, false, "plain")]));
  return rows.map((row) => <Branch key={row.id} row={row} looks={looks} own={children_.get(row.id)} {...props} />);
}

interface BranchProps extends LevelProps {
  readonly row: RunRow;
  readonly looks: ReadonlyMap<string, ColumnLook>;
  readonly own: Children | undefined;
}

function Branch({ row, looks, own, ...rest }: BranchProps) {
  const { columns, depth, nowMs } = rest;
  const [isOpen, setIsOpen] = useState(false);
  const name = String(row.cells["attributes.run_name"] ?? row.id);
  return (
    <>
      <tr>
        {columns.map((column) => (
          <td key={column.name} style={column.name === "attributes.run_name" ? { paddingLeft: 12 + (depth - 1) * INDENT } : {}}>
            {column.name === "attributes.run_name" ? (
              <span className={styles.branch}>
                {own ? (
                  <IconButton label={`${isOpen ? "Fold" : "Show"} the ${counted(own.n, "child run")} of ${name}`} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
                    {isOpen ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
                  </IconButton>
                ) : null}
                <Link to={PATHS.run(row.id)}>{name}</Link>
                {own ? <small>{formatCount(own.n)}</small> : null}
              </span>
            ) : column.name === "attributes.status" ? (
              <StatusWord status={String(row.cells[column.name])} />
            ) : (
              <TreeCell column={column} row={row} own={own} look={looks.get(column.name) ?? PLAIN} nowMs={nowMs} />
            )}
          </td>
        ))}
      </tr>
      {isOpen && own ? <OpenBranch parentId={row.id} {...rest} /> : null}
    </>
  );
}

interface TreeCellProps {
  readonly column: TableColumn;
  readonly row: RunRow;
  readonly own: Children | undefined;
  readonly look: ColumnLook;
  readonly nowMs: number;
}

/** A parent's own value, else the mean of its children, which says that it is one. */
function TreeCell({ column, row, own, look, nowMs }: TreeCellProps) {
  const words = wordsOf(column, row.cells[column.name], look, nowMs);
  const figure = own?.figures.get(column.name);
  if (words || !figure) return words || "–";
  const [mean, std] = figure;
  return <span className={styles.ofChildren} title={`mean of ${own?.n} child runs`}>⌀ {formatNumber(mean)}{std === undefined ? "" : ` ± ${formatNumber(std)}`}</span>;
}

function OpenBranch({ parentId, ...rest }: Omit<LevelProps, "rows" | "children_"> & { readonly parentId: string }) {
  const { experimentIds, sort, columns, keys, depth } = rest;
  const level = useLevel(experimentIds, `${PARENT_COLUMN} = ${quotedText(parentId)}`, sort, columns, keys, MOST_CHILDREN);
  if (level.error) return <tr><td colSpan={columns.length}><ErrorNote what="The child runs could not be read." error={level.error} onRetry={() => void level.refetch()} /></td></tr>;
  if (!level.data) return <tr><td colSpan={columns.length}>Loading…</td></tr>;
  return (
    <>
      <Level {...rest} rows={level.data.rows} children_={level.data.children} depth={depth + 1} />
      {level.data.total > level.data.rows.length ? <tr><td colSpan={columns.length}>The first {formatCount(level.data.rows.length)} of {formatCount(level.data.total)} child runs.</td></tr> : null}
    </>
  );
}

/** Return the runs of one level and, of each that has children, how many and what they have in the mean. */
function useLevel(experimentIds: readonly string[], filter: string, sort: readonly string[], columns: readonly TableColumn[], keys: KeyTable, limit: number) {
  const names = columns.map(({ name }) => name);
  const order = orderBy(sort.filter((name) => !name.endsWith(DURATION)), keys);
  return useQuery({
    queryKey: ["runs", "tree", experimentIds, filter, order, names],
    queryFn: async ({ signal }) => {
      const asked = [...new Set([...BASE_COLUMNS, ...names.filter((name) => name !== DURATION)])];
      const table = await call("query_runs", { experiment_ids: experimentIds, filter, order_by: order, columns: asked, limit }, { signal });
      const rows = rowsOf(table);
      const metrics = columns.filter(({ kind }) => kind === "metric").map(({ name }) => name);
      const groups = rows.length ? await call("group_runs", { experiment_ids: experimentIds, filter: `${PARENT_COLUMN} IN (${rows.map(({ id }) => quotedText(id)).join(", ")})`, group_by: [PARENT_COLUMN], metrics, limit: rows.length }, { signal }) : undefined;
      return { total: table.total, rows, children: childrenOf(groups, metrics) };
    },
    placeholderData: keepPreviousData,
  });
}

function childrenOf(groups: RunGroups | undefined, metrics: readonly string[]): ReadonlyMap<string, Children> {
  return new Map(
    groups?.groups.map(({ values, n_runs, figures }) => {
      const found = figures.flatMap(({ mean, std }, place): [string, readonly [number, number | undefined]][] => {
        const middle = numberOf(mean);
        return middle === undefined ? [] : [[metrics[place] ?? "", [middle, numberOf(std)]]];
      });
      return [String(values[0]), { n: n_runs, figures: new Map(found) }];
    }),
  );
}
