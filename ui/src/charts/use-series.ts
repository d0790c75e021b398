import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef } from "react";

import { call } from "@/api/call";
import type { Event } from "@/api/schema.gen";
import type { ChartState } from "@/charts/panel-state";
import { decodeSeries, FIELDS, type SeriesAnswer } from "@/charts/series";
import { useLiveEvents } from "@/live/connection";

const LIVE_EVERY_MS = 250;

interface Wanted {
  readonly runIds: readonly string[];
  readonly metrics: readonly string[];
  readonly state: ChartState;
  /** Width of the plot in CSS pixels: one bucket each. */
  readonly nBuckets: number;
  readonly isEnabled: boolean;
  readonly isSmoothed: boolean;
}

/** Return the curves of a chart: kept while others load, and continued as points arrive. */
export function useSeries({ runIds, metrics, state, nBuckets, isEnabled, isSmoothed }: Wanted) {
  const client = useQueryClient();
  const { x, xr, sm, group, except, center, band } = state;
  const request = useMemo(
    () => ({
      run_ids: runIds, keys: metrics, x, n_buckets: nBuckets, fields: group.length || except.length ? [] : FIELDS,
      ...(xr ? { x_min: xr[0], x_max: xr[1] } : {}),
      ...(isSmoothed && sm.kind ? { smoothing: sm.kind, smoothing_amount: sm.amount } : {}),
      ...(group.length ? { group_by: group, center, band } : {}),
      ...(except.length ? { group_except: except, center, band } : {}),
    }),
    [runIds, metrics, x, nBuckets, xr, isSmoothed, sm, group, except, center, band],
  );
  const queryKey = useMemo(() => ["series", request], [request]);
  const query = useQuery({
    queryKey,
    queryFn: async ({ signal }): Promise<SeriesAnswer> => {
      const before = client.getQueryData<SeriesAnswer>(queryKey);
      const since = before?.cursor && !before.groups.length ? { since: before.cursor } : {};
      const answer = decodeSeries(await call("query_series", { ...request, ...since }, { signal }));
      return before && since.since ? continued(before, answer) : answer;
    },
    enabled: isEnabled && runIds.length > 0 && nBuckets > 0,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  useRefreshed(queryKey, runIds);
  return query;
}

/** Return an answer with what came as unchanged from the one before. */
function continued(before: SeriesAnswer, answer: SeriesAnswer): SeriesAnswer {
  const fresh = new Map(answer.series.map((series) => [`${series.runId} ${series.key}`, series]));
  const known = new Set(before.series.map((series) => `${series.runId} ${series.key}`));
  const kept = before.series.map((series) => fresh.get(`${series.runId} ${series.key}`) ?? series);
  return { ...answer, series: [...kept, ...answer.series.filter((series) => !known.has(`${series.runId} ${series.key}`))] };
}

/** Ask again when points of these runs arrive, at most a few times a second. */
function useRefreshed(queryKey: readonly unknown[], runIds: readonly string[]): void {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const shown = useMemo(() => new Set(runIds), [runIds]);
  const refresh = useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void client.invalidateQueries({ queryKey, exact: true }, { cancelRefetch: false });
    }, LIVE_EVERY_MS);
  }, [client, queryKey]);
  const onEvent = useCallback((event: Event) => {
    if (event.run_id && shown.has(event.run_id) && event.changed.includes("metrics")) refresh();
  }, [shown, refresh]);
  useLiveEvents(onEvent, refresh);
  useEffect(() => () => {
    clearTimeout(timer.current);
    timer.current = undefined;
  }, [queryKey]);
}
