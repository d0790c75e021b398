import { useQueries } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";

import { call } from "@/api/call";
import { usePreferences } from "@/api/preferences";
import { Checkbox, Segments } from "@/components/fields";
import { EmptyState, ErrorBoundary, ErrorNote, Skeleton } from "@/components/notices";
import { Page } from "@/components/page";
import { COMPARE, COMPARE_TABS } from "@/features/compare/compare-state";
import { Row, RunHeads, RunRows } from "@/features/compare/compare-table";
import { type ComparedRow, type ComparedRun, compareRuns, summarise } from "@/features/compare/comparison";
import styles from "@/features/compare/compare.module.css";
import { useViewState } from "@/url/navigation";
import { PATHS } from "@/url/paths";

const CompareCharts = lazy(() => import("@/features/compare/compare-charts").then(({ CompareCharts }) => ({ default: CompareCharts })));
const CompareCode = lazy(() => import("@/features/compare/compare-code").then(({ CompareCode }) => ({ default: CompareCode })));
const CompareEnvironment = lazy(() => import("@/features/compare/compare-environment").then(({ CompareEnvironment }) => ({ default: CompareEnvironment })));
const CompareFiles = lazy(() => import("@/features/compare/compare-files").then(({ CompareFiles }) => ({ default: CompareFiles })));

const MOST_RUNS = 50;
/** From how many runs on they are rows, unless somebody says otherwise. */
const MOST_COLUMNS = 10;

/** Runs beside each other: what differs, by how much, and in which direction. */
export function ComparePage() {
  const { values, change } = useViewState(COMPARE);
  const ids = values.runs.slice(0, MOST_RUNS);
  const queries = useQueries({ queries: ids.map((id) => ({ queryKey: ["run", id, "whole"], queryFn: ({ signal }: { signal: AbortSignal }) => call("get_run", { run_id: id }, { signal }) })) });
  const found = queries.flatMap((query) => (query.data ? [query.data.run] : []));
  const foundKey = found.map((run) => `${run.info.run_id} ${run.info.status} ${run.data.metrics?.length ?? 0}`).join("\n");
  const runs = useMemo(
    () => found.map((run, slot): ComparedRun => ({ id: run.info.run_id, name: run.info.run_name ?? run.info.run_id, slot, run })),
    // The runs are the same as long as the key is, whatever objects stand for them.
    // oxlint-disable-next-line react/exhaustive-deps
    [foundKey],
  );
  const failed = queries.find(({ error }) => error);
  const base = Math.max(0, runs.findIndex(({ id }) => id === values.base));
  const preferences = usePreferences(useMemo(() => [...new Set(runs.map(({ run }) => run.info.experiment_id))], [runs]));
  const sections = useMemo(() => compareRuns(runs, preferences), [runs, preferences]);
  if (!ids.length)
    return (
      <Page title="Compare" crumbs={[["Experiments", PATHS.experiments]]}>
        <EmptyState title="No runs to compare">Select two or more runs in an experiment and press c.</EmptyState>
      </Page>
    );
  const isTransposed = values.turned === "" ? runs.length > MOST_COLUMNS : values.turned === "yes";
  const onBase = (id: string) => change({ base: id });
  const onRemove = (id: string) => change({ runs: values.runs.filter((one) => one !== id) });
  const isPending = queries.some((query) => query.isPending);
  const experiment = runs[0]?.run.info.experiment_id;
  return (
    <Page title={`Compare ${ids.length} runs`} crumbs={[["Experiments", PATHS.experiments], ...(experiment ? [["Experiment", PATHS.experiment(experiment)] as const] : [])]}>
      {failed ? <div className={styles.notice}><ErrorNote what="A run could not be read; the others are shown." error={failed.error} onRetry={() => void failed.refetch()} /></div> : null}
      {isPending ? <Skeleton height={320} /> : null}
      {!isPending && runs.length ? (
        <>
          <p className={styles.summary} role="status">{summarise(runs, sections, base)}</p>
          <div className={styles.bar}>
            {values.tab === "table" ? <Checkbox checked={isTransposed} onToggle={(isOn) => change({ turned: isOn ? "yes" : "no" })}>Runs as rows</Checkbox> : null}
            <Segments label="Part" options={COMPARE_TABS} value={values.tab} onPick={(tab) => change({ tab })} />
            {values.tab === "table" || values.tab === "env" ? <Checkbox checked={!values.all} onToggle={(isOn) => change({ all: !isOn })}>Differing only{values.tab === "table" ? ` (${counts(sections.flatMap(({ rows }) => rows))})` : ""}</Checkbox> : null}
          </div>
          <ErrorBoundary key={values.tab} what="This part cannot be shown."><Suspense fallback={<Skeleton height={320} />}>
            {values.tab === "table" ? (
              <div className={styles.box} tabIndex={0} role="group" aria-label="Comparison">
                {isTransposed ? <RunRows runs={runs} sections={sections} base={base} isAll={values.all} onBase={onBase} onRemove={onRemove} /> : (
                <table className={styles.table}>
                  <RunHeads runs={runs} base={base} onBase={onBase} onRemove={onRemove} />
                  {sections.map(({ name, rows }) => (
                    <tbody key={name}>
                      <tr className={styles.section}><th colSpan={runs.length + 1} scope="colgroup">{name} · {counts(rows)} differ</th></tr>
                      {rows.filter(({ differs }) => values.all || differs).map((row) => <Row key={row.key} row={row} base={base} />)}
                    </tbody>
                  ))}
                </table>
                )}
              </div>
            ) : values.tab === "charts" ? (
              <CompareCharts runs={runs} base={runs[base]?.id} preferences={preferences} state={values} onChange={change} />
            ) : values.tab === "code" ? (
              <CompareCode runs={runs} />
            ) : values.tab === "env" ? (
              <CompareEnvironment runs={runs} base={base} isAll={values.all} />
            ) : (
              <CompareFiles runs={runs} />
            )}
          </Suspense></ErrorBoundary>
        </>
      ) : null}
    </Page>
  );
}

function counts(rows: readonly ComparedRow[]): string {
  return `${rows.filter(({ differs }) => differs).length} of ${rows.length}`;
}
