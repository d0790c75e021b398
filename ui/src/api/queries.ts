import { queryOptions } from "@tanstack/react-query";

import { call } from "@/api/call";

/** One experiment. */
export function experimentQuery(experimentId: string) {
  return queryOptions({
    queryKey: ["experiment", experimentId],
    queryFn: ({ signal }) => call("get_experiment", { experiment_id: experimentId }, { signal }),
  });
}

/** The keys that the runs of a filter have. */
export function keysQuery(experimentIds: readonly string[], filter: string) {
  return queryOptions({
    queryKey: ["keys", experimentIds, filter],
    queryFn: ({ signal }) => call("find_run_keys", { experiment_ids: experimentIds, filter }, { signal }),
  });
}
