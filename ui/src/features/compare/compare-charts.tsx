import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { call } from "@/api/call";
import { PanelGrid } from "@/charts/panel-grid";
import type { ChangeCharts, ChartState } from "@/charts/panel-state";
import { ErrorNote, Skeleton } from "@/components/notices";
import type { ComparedRun } from "@/features/compare/comparison";
import styles from "@/features/compare/compare.module.css";
import { directionOf, type Preferences } from "@/format/directions";
import { numberOf } from "@/format/numbers";
import { columnName } from "@/url/columns";

interface CompareChartsProps {
  readonly runs: readonly ComparedRun[];
  readonly base: string | undefined;
  readonly preferences: Preferences;
  readonly state: ChartState;
  readonly onChange: ChangeCharts;
}

const MOST_METRICS = 240;

/** The curves of the compared runs over each other. */
export function CompareCharts({ runs, base, preferences, state, onChange }: CompareChartsProps) {
  const keys = useMemo(() => [...new Set(runs.flatMap(({ run }) => (run.data.metrics ?? []).map(({ key }) => key)))].slice(0, MOST_METRICS), [runs]);
  const experimentIds = useMemo(() => [...new Set(runs.map(({ run }) => run.info.experiment_id))], [runs]);
  const ids = useMemo(() => runs.map(({ id }) => id), [runs]);
  const { data, error, refetch } = useQuery({
    queryKey: ["runs", "compared-metrics", ids, keys],
    queryFn: ({ signal }) => call("query_runs", { experiment_ids: experimentIds, filter: `run_id IN (${ids.map((id) => `'${id}'`).join(", ")})`, run_view_type: 3, limit: ids.length, columns: keys.flatMap((key) => [columnName("metrics", key), `${columnName("metrics", key)}.count`]) }, { signal }),
  });
  const metrics = useMemo(() => keys.map((key, place) => ({ key, direction: directionOf(key, preferences), isCurve: data?.columns[2 * place + 1]?.values.some((count) => Number(count) > 1) ?? false })), [keys, data, preferences]);
  const singles = useMemo(() => new Map(keys.map((key, place) => [key, new Map(data?.run_ids.flatMap((id, row): [string, number][] => {
    const value = numberOf(data.columns[2 * place]?.values[row]);
    return value === undefined ? [] : [[id, value]];
  }))])), [keys, data]);
  if (error) return <div className={styles.notice}><ErrorNote what="The metrics could not be read." error={error} onRetry={() => void refetch()} /></div>;
  if (!data) return <Skeleton height={320} />;
  return <PanelGrid metrics={metrics} singles={singles} runs={runs} state={state} onChange={onChange} base={base} />;
}
