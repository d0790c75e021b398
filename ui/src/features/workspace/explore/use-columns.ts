import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { call } from "@/api/call";
import { decodeRunColumns } from "@/charts/run-columns";
import { expandFilter } from "@/features/workspace/filters";

/** Return chosen columns of all runs that match, and their ids and names. */
export function useColumns(experimentIds: readonly string[], q: string, columns: readonly string[]) {
  return useQuery({
    queryKey: ["columns", experimentIds, q, columns],
    queryFn: async ({ signal }) => decodeRunColumns(await call("fetch_run_columns", { experiment_ids: experimentIds, filter: expandFilter(q), columns: ["run_id", "attributes.run_name", ...columns] }, { signal })),
    placeholderData: keepPreviousData,
    enabled: columns.length > 0,
  });
}
