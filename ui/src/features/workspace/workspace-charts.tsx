import { useMemo } from "react";

import type { PanelRun } from "@/charts/line-chart";
import { PanelGrid } from "@/charts/panel-grid";
import type { ChangeCharts } from "@/charts/panel-state";
import { EmptyState, ErrorNote, Skeleton } from "@/components/notices";
import { type KeyTable } from "@/features/workspace/columns";
import type { Workspace } from "@/features/workspace/state";
import { addSelected } from "@/features/workspace/table/selection";
import { useShownMetrics } from "@/features/workspace/use-shown-metrics";
import { columnName } from "@/url/columns";

interface WorkspaceChartsProps {
  readonly experimentIds: readonly string[];
  readonly values: Workspace;
  readonly onChange: ChangeCharts;
  readonly keys: KeyTable;
  readonly runs: readonly PanelRun[];
}

/** The panels of the runs that are drawn. */
export function WorkspaceCharts({ experimentIds, values, onChange, keys, runs }: WorkspaceChartsProps) {
  const runIds = useMemo(() => runs.map(({ id }) => id).toSorted(), [runs]);
  const { data, error, refetch } = useShownMetrics(experimentIds, runIds, keys);
  const groupable = useMemo(() => keys.params.filter(({ varies }) => varies).map(({ name }) => columnName("params", name)), [keys]);
  if (error) return <ErrorNote what="The metrics could not be read." error={error} onRetry={() => void refetch()} />;
  if (!runs.length) return <EmptyState title="No run is drawn">Open the eye of a run in the table to draw it.</EmptyState>;
  if (!keys.metrics.length) return <EmptyState title="No metrics yet">These runs have logged no metric.</EmptyState>;
  if (!data) return <Skeleton height={240} />;
  return <PanelGrid metrics={data.metrics} singles={data.singles} runs={runs} state={values} onChange={onChange} onSelectRuns={addSelected} groupable={groupable} base={values.base || undefined} />;
}
