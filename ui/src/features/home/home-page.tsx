import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";

import { call } from "@/api/call";
import { Link } from "@/components/link";
import { ErrorNote, Skeleton, StatusWord } from "@/components/notices";
import { Page } from "@/components/page";
import styles from "@/features/home/home.module.css";
import { RunningRow } from "@/features/home/running-row";
import { formatCount } from "@/format/numbers";
import { formatAgo, formatDuration } from "@/format/units";
import { useLiveEvents } from "@/live/connection";
import { noteStars } from "@/live/stars";
import { PATHS } from "@/url/paths";

const MOST_EXPERIMENTS = 200;
const MOST_LISTED = 12;
const COLUMNS = ["attributes.run_name", "attributes.status", "attributes.start_time", "attributes.end_time"];

/** What is going on, what ended, and where one was. */
export function HomePage() {
  const [nowMs] = useState(Date.now);
  const { data, error, refetch } = useHome();
  return (
    <Page title="Home">
      {error ? <ErrorNote what="This page could not be read." error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Skeleton height={320} /> : null}
      {data ? (
        <div className={styles.home}>
          <div className={styles.column}>
          <section className={styles.card} aria-label="Going on now">
            <h2>Going on now ({formatCount(data.running.total)})</h2>
            {data.running.rows.length ? <ul>{data.running.rows.map((row) => <RunningRow key={row.id} {...row} nowMs={nowMs} />)}</ul> : <p className={styles.nothing}>No run is going on.</p>}
          </section>
          <section className={styles.card} aria-label="Experiments">
            <h2><Link to={PATHS.experiments}>Experiments</Link></h2>
            <ul>
              {data.experiments.map(({ id, name, nRuns, lastMs }) => (
                <li key={id}>
                  <Link to={PATHS.experiment(id)}>{name}</Link>
                  <small>{formatCount(nRuns)} runs</small>
                  <small>{lastMs ? formatAgo(lastMs, nowMs) : "never"}</small>
                </li>
              ))}
            </ul>
          </section>
          </div>
          <section className={styles.card} aria-label="Ended lately">
            <h2>Ended lately</h2>
            {data.ended.rows.length ? <RunList rows={data.ended.rows} nowMs={nowMs} /> : <p className={styles.nothing}>No run has ended yet.</p>}
          </section>
        </div>
      ) : null}
    </Page>
  );
}

interface ListedRun {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly startMs: number;
  readonly endMs: number | undefined;
}

function RunList({ rows, nowMs }: { readonly rows: readonly ListedRun[]; readonly nowMs: number }) {
  return (
    <ul>
      {rows.map(({ id, name, status, startMs, endMs }) => (
        <li key={id} className={styles.running}>
          <Link to={PATHS.run(id)}>{name}</Link>
          <StatusWord status={status} />
          <small>{endMs === undefined ? `for ${formatDuration(nowMs - startMs)}` : `${formatAgo(endMs, nowMs)} · took ${formatDuration(endMs - startMs)}`}</small>
          {status === "FAILED" ? <Reason runId={id} /> : null}
        </li>
      ))}
    </ul>
  );
}

/** Why a run failed, in its last words. */
function Reason({ runId }: { readonly runId: string }) {
  const { data } = useQuery({ queryKey: ["run", runId, "ending"], queryFn: ({ signal }) => call("get_run_ending", { run_id: runId }, { signal }) });
  return data?.reason ? <span className={styles.reason} title={data.reason}>{data.reason}</span> : null;
}

function useHome() {
  const client = useQueryClient();
  const refresh = useCallback(() => void client.invalidateQueries({ queryKey: ["home"] }, { cancelRefetch: false }), [client]);
  const onEvent = useCallback((event: { readonly changed: readonly string[] }) => {
    if (event.changed.some((part) => part === "created" || part === "status")) refresh();
  }, [refresh]);
  useLiveEvents(onEvent, refresh);
  return useQuery({
    queryKey: ["home"],
    queryFn: async ({ signal }) => {
      const { experiments = [] } = await call("search_experiments", { max_results: MOST_EXPERIMENTS, order_by: ["last_update_time DESC"] }, { signal });
      noteStars(experiments);
      const ids = experiments.map(({ experiment_id }) => experiment_id);
      const [activity, running, ended] = await Promise.all([
        call("describe_experiment_activity", { experiment_ids: ids }, { signal }),
        listRuns(ids, "status = 'RUNNING'", "start_time DESC", signal),
        listRuns(ids, "status IN ('FINISHED', 'FAILED', 'KILLED')", "end_time DESC", signal),
      ]);
      const facts = new Map(activity.experiments.map((one) => [one.experiment_id, one]));
      const listed = experiments.map(({ experiment_id: id, name }) => ({ id, name, nRuns: facts.get(id)?.n_runs ?? 0, lastMs: facts.get(id)?.last_start_ms ?? 0 }));
      return { running, ended, experiments: listed.toSorted((left, right) => right.lastMs - left.lastMs).slice(0, MOST_LISTED) };
    },
    placeholderData: (before) => before,
  });
}

async function listRuns(experimentIds: readonly string[], filter: string, order: string, signal: AbortSignal) {
  const table = await call("query_runs", { experiment_ids: experimentIds, filter, order_by: [order], columns: COLUMNS, limit: MOST_LISTED }, { signal });
  const [names, statuses, starts, ends] = table.columns.map(({ values }) => values);
  const rows = table.run_ids.map((id, row): ListedRun => ({ id, name: String(names?.[row] ?? id), status: String(statuses?.[row]), startMs: Number(starts?.[row] ?? 0), endMs: typeof ends?.[row] === "number" ? ends[row] : undefined }));
  return { total: table.total, rows };
}
