import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";

import { call } from "@/api/call";
import type { PanelMetric } from "@/charts/panel-sections";
import { type KeyTable } from "@/features/workspace/columns";
import { directionOf, NO_PREFERENCES, type Preferences } from "@/format/directions";
import { numberOf } from "@/format/numbers";
import { columnName } from "@/url/columns";

const METRICS_A_REQUEST = 200;

interface ShownMetrics {
  readonly metrics: readonly PanelMetric[];
  readonly singles: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** Return which metrics the runs that are drawn have, whether they are curves, and the values of those that are none. */
export function useShownMetrics(experimentIds: readonly string[], runIds: readonly string[], keys: KeyTable | undefined) {
  const names = useMemo(() => keys?.metrics.map(({ name }) => name) ?? [], [keys]);
  const query = useQuery({
    queryKey: ["runs", "shown-metrics", experimentIds, runIds, names],
    queryFn: ({ signal }) => fetchShown(experimentIds, runIds, names, signal),
    select: useCallback((shown: ShownMetrics) => directed(shown, keys?.preferences ?? NO_PREFERENCES), [keys?.preferences]),
    enabled: runIds.length > 0 && names.length > 0,
    placeholderData: keepPreviousData,
  });
  return query;
}

function directed({ metrics, singles }: ShownMetrics, preferences: Preferences): ShownMetrics {
  return { metrics: metrics.map((metric) => ({ ...metric, direction: directionOf(metric.key, preferences) })), singles };
}

async function fetchShown(experimentIds: readonly string[], runIds: readonly string[], names: readonly string[], signal: AbortSignal): Promise<ShownMetrics> {
  const chunks = Array.from({ length: Math.ceil(names.length / METRICS_A_REQUEST) }, (_, place) => names.slice(place * METRICS_A_REQUEST, (place + 1) * METRICS_A_REQUEST));
  const filter = `run_id IN (${runIds.map((id) => `'${id}'`).join(", ")})`;
  const answers = await Promise.all(
    chunks.map((chunk) =>
      call("query_runs", { experiment_ids: experimentIds, filter, limit: runIds.length, columns: chunk.flatMap((name) => [columnName("metrics", name), `${columnName("metrics", name)}.count`]) }, { signal }),
    ),
  );
  const metrics: PanelMetric[] = [];
  const singles = new Map<string, Map<string, number>>();
  answers.forEach((answer, number) =>
    chunks[number]?.forEach((key, place) => {
      const values = answer.columns[2 * place]?.values ?? [];
      const counts = answer.columns[2 * place + 1]?.values ?? [];
      const isLogged = counts.some((count) => Number(count) > 0);
      if (!isLogged) return;
      const isCurve = counts.some((count) => Number(count) > 1);
      metrics.push({ key, direction: undefined, isCurve });
      if (isCurve) return;
      const own = answer.run_ids.flatMap((id, row): [string, number][] => {
        const value = numberOf(values[row]);
        return value === undefined ? [] : [[id, value]];
      });
      singles.set(key, new Map(own));
    }),
  );
  return { metrics, singles };
}
