import { useQuery } from "@tanstack/react-query";

import { call } from "@/api/call";
import type { MetricExplained } from "@/api/schema.gen";
import { ErrorNote, Skeleton } from "@/components/notices";
import styles from "@/features/workspace/explore/explore.module.css";
import { expandFilter } from "@/features/workspace/filters";
import { counted } from "@/format/names";
import { formatDelta, formatPercent } from "@/format/numbers";

interface ImportanceProps {
  readonly experimentIds: readonly string[];
  readonly q: string;
  readonly target: string;
  readonly picked: string;
  readonly onPick: (param: string) => void;
}

/** Return which params matter for a metric, among the runs that match. */
export function useImportance(experimentIds: readonly string[], q: string, target: string) {
  return useQuery({
    queryKey: ["importance", experimentIds, q, target],
    queryFn: ({ signal }) => call("explain_metric", { experiment_ids: experimentIds, filter: expandFilter(q), target }, { signal }),
    enabled: target !== "",
  });
}

/** Params by how much they matter: the bar is the importance, the dark line its spread. */
export function ImportancePanel({ experimentIds, q, target, picked, onPick }: ImportanceProps) {
  const { data, error, refetch } = useImportance(experimentIds, q, target);
  if (error) return <ErrorNote what="What matters could not be told." error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={160} />;
  const { runs } = data;
  if (!runs.is_enough)
    return <p className={styles.note}>{`At least 20 finished runs with a value are needed; ${counted(runs.n_used, "run")} of ${runs.n_matching} ${runs.n_used === 1 ? "has" : "have"} one.`}</p>;
  const most = Math.max(0.001, ...data.params.map(({ importance }) => importance));
  return (
    <>
      <p className={styles.note}>{`${counted(runs.n_used, "run")}; a forest explains ${formatPercent(Math.max(0, data.r2 ?? 0))} of the variance in runs it has not seen.`}</p>
      <div>
        {data.params.map(({ name, importance, std, spearman, is_numeric }) => (
          <button key={name} type="button" className={styles.line} aria-pressed={picked === name} onClick={() => onPick(picked === name ? "" : name)} title={`${name}: importance ${importance.toFixed(3)} ± ${std.toFixed(3)}; click to see how the metric depends on it`}>
            <span>{name}</span>
            <span className={styles.meter}>
              <i style={{ width: `${(Math.max(0, importance) / most) * 100}%` }} />
              <b style={{ left: `${(Math.max(0, importance - std) / most) * 100}%`, width: `${(Math.min(2 * std, importance + std) / most) * 100}%` }} />
            </span>
            <span title="Rank correlation with the metric">{is_numeric && spearman !== null ? formatDelta(Number(spearman.toFixed(2))) : "cat"}</span>
          </button>
        ))}
      </div>
      <Apart explained={data} />
    </>
  );
}

function Apart({ explained }: { readonly explained: MetricExplained }) {
  const { constant, collinear, n_left_out } = explained;
  return (
    <div className={styles.note}>
      {constant.length ? <p>Constant: {constant.join(", ")}</p> : null}
      {collinear.length ? <p>Always together: {collinear.map(({ name, goes_with }) => `${name} with ${goes_with}`).join(", ")}</p> : null}
      {n_left_out ? <p>{counted(n_left_out, "param")} left out: more than 100 differ.</p> : null}
    </div>
  );
}
