import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { call } from "@/api/call";
import type { GroupFigure } from "@/api/schema.gen";
import { Button } from "@/components/button";
import { EmptyState, ErrorNote, Skeleton } from "@/components/notices";
import { type KeyTable } from "@/features/workspace/columns";
import { clauseOfCell, expandFilter } from "@/features/workspace/filters";
import styles from "@/features/workspace/workspace.module.css";
import { directionOf } from "@/format/directions";
import { counted } from "@/format/names";
import { formatCount, formatNumber, numberOf } from "@/format/numbers";
import { columnName } from "@/url/columns";

interface GroupedTableProps {
  readonly experimentIds: readonly string[];
  readonly q: string;
  readonly by: readonly string[];
  readonly keys: KeyTable;
  /** Called with conditions that select the runs of a group. */
  readonly onOpen: (clauses: readonly string[]) => void;
}

const MOST_METRICS = 6;
const MOST_GROUPS = 500;

/** Runs that agree in some columns as one row: how many, and mean ± standard deviation of each metric. */
export function GroupedTable({ experimentIds, q, by, keys, onOpen }: GroupedTableProps) {
  const metrics = keys.metrics.filter(({ name }) => !name.startsWith("system/")).slice(0, MOST_METRICS).map(({ name }) => name);
  const { data, error, refetch } = useQuery({
    queryKey: ["runs", "groups", experimentIds, q, by, metrics],
    queryFn: ({ signal }) => call("group_runs", { experiment_ids: experimentIds, filter: expandFilter(q), group_by: by, metrics: metrics.map((name) => columnName("metrics", name)), limit: MOST_GROUPS }, { signal }),
    placeholderData: keepPreviousData,
  });
  if (error) return <div className={styles.notice}><ErrorNote what="The runs could not be grouped." error={error} onRetry={() => void refetch()} /></div>;
  if (!data) return <div className={styles.notice}><Skeleton height={240} /></div>;
  if (!data.total) return <EmptyState title="No run matches the filter" />;
  const best = metrics.map((name, place) => bestOf(data.groups.map(({ figures }) => figures[place]), directionOf(name, keys.preferences)));
  return (
    <div className={styles.groups} tabIndex={0} role="group" aria-label="Groups of runs">
      <table>
        <caption>{counted(data.total, "group")}{data.total > data.groups.length ? `; the largest ${formatCount(data.groups.length)}` : ""}</caption>
        <thead>
          <tr>
            {by.map((name) => <th key={name} scope="col">{name.replace(/^\w+\./, "").replaceAll("`", "")}</th>)}
            <th scope="col">runs</th>
            {metrics.map((name) => <th key={name} scope="col">{name}</th>)}
            <th scope="col"><span className="visually-hidden">Open</span></th>
          </tr>
        </thead>
        <tbody>
          {data.groups.map((group) => (
            <tr key={JSON.stringify(group.values)}>
              {group.values.map((value, place) => <td key={by[place]}>{words(value)}</td>)}
              <td>{formatCount(group.n_runs)}</td>
              {group.figures.map((figure, place) => {
                const mean = numberOf(figure.mean);
                return <td key={figure.name} className={mean !== undefined && mean === best[place] ? styles.best : ""} title={`${formatCount(figure.n)} finite values`}>{mean !== undefined && mean === best[place] ? "★ " : ""}{spread(figure)}</td>;
              })}
              <td><Button look="quiet" onClick={() => onOpen(by.map((name, place) => clauseOfCell(name, group.values[place] ?? null, true)))}>Show runs</Button></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function words(value: string | number | null | undefined): string {
  return value === null || value === undefined ? "–" : String(value);
}

function spread({ mean, std, n }: GroupFigure): string {
  const [middle, width] = [numberOf(mean), numberOf(std)];
  if (middle === undefined) return "–";
  return n > 1 && width !== undefined ? `${formatNumber(middle)} ± ${formatNumber(width)}` : formatNumber(middle);
}

function bestOf(figures: readonly (GroupFigure | undefined)[], direction: "lower" | "higher" | undefined): number | undefined {
  const means = figures.flatMap((figure) => {
    const mean = numberOf(figure?.mean);
    return mean !== undefined && Number.isFinite(mean) ? [mean] : [];
  });
  if (!direction || means.length < 2) return undefined;
  return direction === "lower" ? Math.min(...means) : Math.max(...means);
}
