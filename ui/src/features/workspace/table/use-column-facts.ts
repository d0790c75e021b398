import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { call } from "@/api/call";
import type { ColumnStatistics } from "@/api/schema.gen";
import { expandFilter } from "@/features/workspace/filters";
import type { TableColumn } from "@/features/workspace/columns";

const MOST_COLUMNS = 24;
const N_BINS = 12;

/** Return what is true of numeric columns over all matching runs, so that nothing depends on the rows in view. */
export function useColumnFacts(experimentIds: readonly string[], filter: string, columns: readonly TableColumn[], isWanted: boolean): ReadonlyMap<string, ColumnStatistics> {
  const names = useMemo(() => columns.filter(({ isNumeric }) => isNumeric).slice(0, MOST_COLUMNS).map(({ name }) => name).toSorted(), [columns]);
  const { data } = useQuery({
    queryKey: ["runs", "facts", experimentIds, filter, names],
    queryFn: ({ signal }) => call("describe_run_columns", { experiment_ids: experimentIds, filter: expandFilter(filter), columns: names, n_bins: N_BINS }, { signal }),
    enabled: isWanted && names.length > 0,
    // Whole columns are read for it, so that a run that is going on must not ask for it at every step.
    staleTime: 30_000,
    refetchOnMount: false,
  });
  return useMemo(() => new Map(data?.columns.map((facts) => [facts.name, facts])), [data]);
}
