import { useMemo } from "react";

import type { PanelRun } from "@/charts/line-chart";
import { PanelGrid } from "@/charts/panel-grid";
import { usePreferences } from "@/api/preferences";
import { EmptyState, ErrorNote, Skeleton, Snippet } from "@/components/notices";
import styles from "@/features/run/run.module.css";
import { RUN_STATE } from "@/features/run/run-state";
import { type RunFacts, useMetricFigures } from "@/features/run/use-run";
import { directionOf } from "@/format/directions";
import { formatNumber } from "@/format/numbers";
import { useViewState } from "@/url/navigation";

interface MetricsTabProps {
  readonly run: RunFacts;
  /** Whether it is the machine's metrics that are shown. */
  readonly isSystem: boolean;
}

const SYSTEM = "system/";

/** The curves of one run. */
export function MetricsTab({ run, isSystem }: MetricsTabProps) {
  const { values, change } = useViewState(RUN_STATE);
  const { data, error, refetch } = useMetricFigures(run);
  const preferences = usePreferences([run.experimentId]);
  const runs = useMemo((): PanelRun[] => [{ id: run.id, name: run.name, slot: 0 }], [run.id, run.name]);
  const shown = useMemo(() => data?.filter(({ key }) => key.startsWith(SYSTEM) === isSystem) ?? [], [data, isSystem]);
  const metrics = useMemo(() => shown.map(({ key, count }) => ({ key, isCurve: count > 1, direction: isSystem ? undefined : directionOf(key, preferences) })), [shown, isSystem, preferences]);
  const singles = useMemo(() => new Map(shown.filter(({ count }) => count <= 1).map(({ key, last }) => [key, new Map(last === undefined ? [] : [[run.id, last] as const])])), [shown, run.id]);
  // The section of the system's metrics is the whole page here, so it is open.
  const state = useMemo(() => (isSystem ? { ...values, x: values.x === "step" ? "relative" : values.x, folded: [...new Set(metrics.map(({ key }) => key.slice(0, key.lastIndexOf("/"))))].filter((name) => !values.folded.includes(name)) } : values), [isSystem, values, metrics]);
  if (error) return <div className={styles.notice}><ErrorNote what="The metrics could not be read." error={error} onRetry={() => void refetch()} /></div>;
  if (!data) return <Skeleton height={320} />;
  if (!metrics.length)
    return isSystem ? (
      <EmptyState title="No system metrics were logged">
        <p>Two lines turn them on:</p>
        <div style={{ width: "min(480px, 90vw)" }}><Snippet code={"import assay\nassay.enable_system_metrics_logging()"} /></div>
      </EmptyState>
    ) : (
      <EmptyState title="This run has logged no metric" />
    );
  const peaks = isSystem ? shown.filter(({ max }) => max !== undefined) : [];
  return (
    <>
      {peaks.length ? <p className={styles.peaks} aria-label="Peaks">{peaks.map(({ key, max }) => <span key={key}>{key.slice(SYSTEM.length).replaceAll("_", " ")} <b>{formatNumber(max ?? NaN)}</b></span>)}</p> : null}
      <PanelGrid metrics={metrics} singles={singles} runs={runs} state={state} onChange={change} />
    </>
  );
}
