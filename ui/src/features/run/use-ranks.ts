import { useQueries } from "@tanstack/react-query";

import { call } from "@/api/call";
import type { MetricFigures, RunFacts } from "@/features/run/use-run";
import { directionOf, type Preferences } from "@/format/directions";
import { formatCount } from "@/format/numbers";
import { columnName } from "@/url/columns";

const MOST = 6;

/** Return which place a run has among those of its experiment, `3 / 60`, for the metrics that weigh most. */
export function useRanks(run: RunFacts, ordered: readonly MetricFigures[], preferences: Preferences): ReadonlyMap<string, string> {
  const asked = ordered.flatMap(({ key, last }) => {
    const direction = directionOf(key, preferences);
    return direction && last !== undefined && Number.isFinite(last) ? [{ key, last, sign: direction === "lower" ? "<" : ">" }] : [];
  }).slice(0, MOST);
  const found = useQueries({
    queries: asked.map(({ key, last, sign }) => ({
      queryKey: ["runs", "rank", run.experimentId, key, last],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const column = columnName("metrics", key);
        const count = async (filter: string) => (await call("query_runs", { experiment_ids: [run.experimentId], filter, columns: ["attributes.status"], limit: 1 }, { signal })).total;
        const [better, all] = await Promise.all([count(`${column} ${sign} ${last}`), count(`${column} is not null`)]);
        return `${formatCount(better + 1)} / ${formatCount(all)}`;
      },
    })),
  });
  return new Map(asked.flatMap(({ key }, place) => (found[place]?.data ? [[key, found[place].data] as const] : [])));
}
