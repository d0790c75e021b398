import { queryOptions } from "@tanstack/react-query";

import { call } from "@/api/call";

/** One experiment. */
export function experimentQuery(experimentId: string) {
  return queryOptions({
    queryKey: ["experiment", experimentId],
    queryFn: ({ signal }) => call("get_experiment", { experiment_id: experimentId }, { signal }),
  });
}

/** How many of the newest runs are looked at for what a table needs at once. */
export const NEWEST = 500;

/** The keys that the newest runs of a filter have, or all runs of it, which takes longer. */
export function keysQuery(experimentIds: readonly string[], filter: string, newest: number = NEWEST) {
  return queryOptions({
    queryKey: ["keys", experimentIds, filter, newest],
    queryFn: ({ signal }) => call("find_run_keys", { experiment_ids: experimentIds, filter, newest }, { signal }),
  });
}
