import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { call } from "@/api/call";
import { RequestFailed } from "@/api/errors";
import { usePreferences } from "@/api/preferences";
import { keysQuery } from "@/api/queries";
import type { RunTable } from "@/api/schema.gen";
import { BASE_COLUMNS, COLOUR_COLUMN, DURATION, type KeyTable, keyTable, orderBy } from "@/features/workspace/columns";
import { expandFilter } from "@/features/workspace/filters";

/** One row of the table; cells by the name of their column. */
export interface RunRow {
  readonly id: string;
  readonly cells: Readonly<Record<string, string | number | null>>;
}

/** A window of rows, and how many there are in all. */
export interface RunRows {
  readonly total: number;
  readonly offset: number;
  readonly rows: readonly RunRow[];
  /** Milliseconds from asking to the answer. */
  readonly tookMs: number;
}

const WINDOW = 200;
const ALIGNED = 50;

/** Return the rows of an answer. */
export function rowsOf(table: RunTable): RunRow[] {
  return table.run_ids.map((id, row) => {
    const cells: Record<string, string | number | null> = {};
    for (const column of table.columns) cells[column.name] = column.values[row] ?? null;
    const [start, end] = [cells["attributes.start_time"], cells["attributes.end_time"]];
    cells[DURATION] = typeof start === "number" && typeof end === "number" ? end - start : null;
    return { id, cells };
  });
}

/** Return the slot of colour that was fixed for a run, if any. */
export function fixedSlot({ cells }: RunRow): number | undefined {
  const said = cells[COLOUR_COLUMN];
  return typeof said === "string" && /^\d{1,2}$/.test(said) ? Number(said) : undefined;
}

interface Wanted {
  readonly experimentIds: readonly string[];
  /** The filter as it was typed. */
  readonly q: string;
  readonly sort: readonly string[];
  readonly columns: readonly string[];
  /** First row in view. */
  readonly first: number;
}

/** Return a window of rows around what is in view. A filter that is not understood leaves the rows of the last one. */
export function useRuns({ experimentIds, q, sort, columns, first }: Wanted, keys: KeyTable | undefined) {
  const [lastGood, setLastGood] = useState("");
  const offset = Math.max(0, Math.floor(first / ALIGNED) * ALIGNED - ALIGNED);
  const asked = useMemo(() => [...new Set([...BASE_COLUMNS, ...columns.filter((name) => name !== DURATION)])], [columns]);
  const order = useMemo(() => orderBy(sort.filter((name) => !name.endsWith(DURATION)), keys), [sort, keys]);
  const optionsFor = (typed: string) => ({
    queryKey: ["runs", experimentIds, expandFilter(typed), order, asked, offset],
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<RunRows> => {
      const startedAt = performance.now();
      const table = await call("query_runs", { experiment_ids: experimentIds, filter: expandFilter(typed), order_by: order, columns: asked, offset, limit: WINDOW }, { signal });
      return { total: table.total, offset, rows: rowsOf(table), tookMs: performance.now() - startedAt };
    },
    placeholderData: keepPreviousData,
    enabled: keys !== undefined,
  });
  const query = useQuery(optionsFor(q));
  const isRefused = query.error instanceof RequestFailed && query.error.status === 400;
  if (query.isSuccess && !query.isPlaceholderData && lastGood !== q) setLastGood(q);
  const fallback = useQuery({ ...optionsFor(lastGood), enabled: keys !== undefined && isRefused });
  return { data: isRefused ? fallback.data : query.data, filter: isRefused ? lastGood : q, refusal: isRefused ? query.error : null, error: isRefused ? fallback.error : query.error, isBusy: query.isFetching, isStale: query.isPlaceholderData, refetch: query.refetch };
}

/**
 * Return the keys that the newest runs of a filter have; those of the last filter until they are there.
 * With `wantsAll` also those of every run of the experiments, for finding columns.
 */
export function useKeys(experimentIds: readonly string[], typed: string, wantsAll: boolean) {
  const preferences = usePreferences(experimentIds);
  const filter = expandFilter(typed);
  const query = useQuery({ ...keysQuery(experimentIds, filter), placeholderData: keepPreviousData });
  const all = useQuery(keysQuery(experimentIds, ""));
  const answer = query.data ?? all.data;
  const isPartial = answer !== undefined && answer.n_seen < answer.total;
  const whole = useQuery({ ...keysQuery(experimentIds, "", 0), enabled: wantsAll && isPartial });
  const table = useMemo(() => answer && keyTable(answer.keys, isPartial ? answer.n_seen : undefined, preferences), [answer, isPartial, preferences]);
  const wholeTable = useMemo(() => (whole.data ? keyTable(whole.data.keys, undefined, preferences) : table), [whole.data, table, preferences]);
  return { table, wholeTable, nAll: all.data?.total, error: all.error, refetch: all.refetch };
}
