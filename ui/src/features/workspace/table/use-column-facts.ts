import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { call } from "@/api/call";
import type { ColumnStatistics } from "@/api/schema.gen";
import { expandFilter } from "@/features/workspace/filters";
import type { CellStyle } from "@/features/workspace/table/cell-words";
import type { TableColumn } from "@/features/workspace/columns";

const MOST_COLUMNS = 24;
const N_BINS = 12;
const FEW_RUNS = 10_000;
const REFRESHED_MS = 30_000;

/**
 * Return what is true of numeric columns over all matching runs, so that nothing depends on the rows in view. Of many
 * runs only those columns are read that need it: metrics, for the best value, and those whose cells are filled.
 */
export function useColumnFacts(experimentIds: readonly string[], filter: string, columns: readonly TableColumn[], nRuns: number | undefined, styleOf: (column: string) => CellStyle): ReadonlyMap<string, ColumnStatistics> {
  const isFew = (nRuns ?? 0) <= FEW_RUNS;
  const names = useMemo(() => columns.filter(({ name, kind, isNumeric }) => isNumeric && (isFew || kind === "metric" || styleOf(name) !== "plain")).slice(0, MOST_COLUMNS).map(({ name }) => name).toSorted(), [columns, isFew, styleOf]);
  const { data } = useQuery({
    // What happens to runs is told by asking for "runs" again; of many that would be asked without end.
    queryKey: [isFew ? "runs" : "many-runs", "facts", experimentIds, filter, names],
    queryFn: ({ signal }) => call("describe_run_columns", { experiment_ids: experimentIds, filter: expandFilter(filter), columns: names, n_bins: N_BINS }, { signal }),
    enabled: nRuns !== undefined && names.length > 0,
    refetchInterval: isFew ? false : REFRESHED_MS,
  });
  return useMemo(() => new Map(data?.columns.map((facts) => [facts.name, facts])), [data]);
}
