import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";

import { call } from "@/api/call";
import type { Event, Run } from "@/api/schema.gen";
import { useLiveEvents } from "@/live/connection";
import { numberOf } from "@/format/numbers";
import { columnName } from "@/url/columns";

const EVERY_MS = 300;

/** A run as its page shows it. */
export interface RunFacts {
  readonly id: string;
  readonly name: string;
  readonly experimentId: string;
  readonly status: string;
  readonly user: string;
  readonly startMs: number;
  readonly endMs: number | undefined;
  readonly isDeleted: boolean;
  readonly params: readonly (readonly [key: string, value: string])[];
  readonly metrics: readonly string[];
  readonly tags: ReadonlyMap<string, string>;
  readonly run: Run;
}

/** Return a run with all that was logged to it, kept in step with the server. */
export function useRun(runId: string) {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const refresh = useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void client.invalidateQueries({ queryKey: ["run", runId] }, { cancelRefetch: false });
    }, EVERY_MS);
  }, [client, runId]);
  const onEvent = useCallback((event: Event) => event.run_id === runId && refresh(), [runId, refresh]);
  useLiveEvents(onEvent, refresh);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useQuery({
    queryKey: ["run", runId, "facts"],
    queryFn: async ({ signal }) => factsOf((await call("get_run", { run_id: runId }, { signal })).run),
  });
}

function factsOf(run: Run): RunFacts {
  const { info, data } = run;
  return {
    id: info.run_id, name: info.run_name ?? info.run_id, experimentId: info.experiment_id, status: info.status, user: info.user_id ?? "", startMs: Number(info.start_time ?? 0),
    endMs: info.end_time === undefined || info.end_time === null ? undefined : Number(info.end_time), isDeleted: info.lifecycle_stage === "deleted",
    params: (data.params ?? []).map(({ key, value }) => [key, value ?? ""] as const), metrics: (data.metrics ?? []).map(({ key }) => key), tags: new Map((data.tags ?? []).map(({ key, value }) => [key, value ?? ""])), run,
  };
}

/** One metric of a run in figures. */
export interface MetricFigures {
  readonly key: string;
  readonly last: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly count: number;
}

const METRICS_A_REQUEST = 100;

/** Return the figures of all metrics of a run; its histories are not read. */
export function useMetricFigures(run: RunFacts | undefined) {
  return useQuery({
    queryKey: ["run", run?.id, "figures", run?.metrics],
    queryFn: async ({ signal }): Promise<MetricFigures[]> => {
      if (!run) return [];
      const chunks = Array.from({ length: Math.ceil(run.metrics.length / METRICS_A_REQUEST) }, (_, place) => run.metrics.slice(place * METRICS_A_REQUEST, (place + 1) * METRICS_A_REQUEST));
      const answers = await Promise.all(
        chunks.map((chunk) => {
          const columns = chunk.flatMap((key) => ["", ".min", ".max", ".count"].map((aggregate) => columnName("metrics", key) + aggregate));
          return call("query_runs", { experiment_ids: [run.experimentId], filter: `run_id = '${run.id}'`, run_view_type: 3, limit: 1, columns }, { signal });
        }),
      );
      return answers.flatMap((answer, number) =>
        (chunks[number] ?? []).map((key, place) => {
          const [last, min, max, count] = [0, 1, 2, 3].map((offset) => numberOf(answer.columns[4 * place + offset]?.values[0]));
          return { key, last, min, max, count: count ?? 0 };
        }),
      );
    },
    enabled: run !== undefined,
    placeholderData: (before) => before,
  });
}
