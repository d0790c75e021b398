import { useQuery } from "@tanstack/react-query";

import { call } from "@/api/call";
import type { ColumnStatistics as Statistics } from "@/api/schema.gen";
import { ErrorNote, Skeleton } from "@/components/notices";
import type { TableColumn } from "@/features/workspace/columns";
import { expandFilter, quotedText } from "@/features/workspace/filters";
import styles from "@/features/workspace/table/grid.module.css";
import { formatCount, formatNumber, numberOf } from "@/format/numbers";

interface ColumnStatisticsProps {
  readonly column: TableColumn;
  readonly experimentIds: readonly string[];
  readonly filter: string;
  readonly onFilter: (clause: string) => void;
}

/** A column over all matching runs: histogram and figures, or its most frequent values; a click filters. */
export function ColumnStatistics({ column, experimentIds, filter, onFilter }: ColumnStatisticsProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ["statistics", experimentIds, filter, column.name],
    queryFn: ({ signal }) => call("describe_run_columns", { experiment_ids: experimentIds, filter: expandFilter(filter), columns: [column.name] }, { signal }),
  });
  if (error) return <ErrorNote what="The column could not be summarised." error={error} onRetry={() => void refetch()} />;
  const facts = data?.columns[0];
  if (!facts) return <Skeleton height={120} />;
  return (
    <>
      {facts.counts.length ? <Histogram facts={facts} name={column.name} onFilter={onFilter} /> : null}
      {facts.top.length ? <Counts facts={facts} name={column.name} onFilter={onFilter} /> : null}
      <dl>
        {figures(facts).map(([name, words]) => (
          <FigureLine key={name} name={name} words={words} />
        ))}
      </dl>
    </>
  );
}

function FigureLine({ name, words }: { readonly name: string; readonly words: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{words}</dd>
    </>
  );
}

function figures(facts: Statistics): (readonly [string, string])[] {
  const number = (cell: string | number | null) => {
    const value = numberOf(cell);
    return value === undefined ? "–" : formatNumber(value);
  };
  const counts = ([["distinct", facts.n_distinct], ["missing", facts.n_missing], ["NaN", facts.n_nan], ["+∞", facts.n_posinf], ["−∞", facts.n_neginf]] as const)
    .filter(([name, count]) => count > 0 || name === "distinct")
    .map(([name, count]) => [name, formatCount(count)] as const);
  if (facts.type !== "number") return counts;
  return [["min", number(facts.min)], ["median", number(facts.median)], ["mean ± std", `${number(facts.mean)} ± ${number(facts.std)}`], ["max", number(facts.max)], ...counts];
}

interface PartsProps {
  readonly facts: Statistics;
  readonly name: string;
  readonly onFilter: (clause: string) => void;
}

function Histogram({ facts, name, onFilter }: PartsProps) {
  const most = Math.max(...facts.counts);
  return (
    <div className={styles.bars}>
      {facts.counts.map((count, place) => {
        const [from, to] = [facts.edges[place] ?? 0, facts.edges[place + 1] ?? 0];
        const sign = place === facts.counts.length - 1 ? "<=" : "<";
        const words = `${formatNumber(from)} to ${formatNumber(to)}: ${formatCount(count)} runs`;
        return <button key={from} type="button" title={`${words}; click to filter`} aria-label={`Filter ${words}`} style={{ height: `${Math.max(2, (count / most) * 100)}%` }} onClick={() => onFilter(`${name} >= ${from} and ${name} ${sign} ${to}`)} />;
      })}
    </div>
  );
}

function Counts({ facts, name, onFilter }: PartsProps) {
  return (
    <div className={styles.counts}>
      {facts.top.map(({ value, count }) => (
        <button key={value} type="button" title={`${value}; click to filter`} onClick={() => onFilter(`${name} = ${quotedText(value)}`)}>
          <span>{value || "(empty)"}</span>
          <span>{formatCount(count)}</span>
        </button>
      ))}
    </div>
  );
}
