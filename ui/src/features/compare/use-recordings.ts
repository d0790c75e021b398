import { useQueries } from "@tanstack/react-query";

import type { ComparedRun } from "@/features/compare/comparison";
import { readSmallText } from "@/viewers/artifact-files";

/** Return a text that each run recorded by itself: null where it did not, undefined while it is read. */
export function useRecordings(runs: readonly ComparedRun[], name: string) {
  const queries = useQueries({
    queries: runs.map(({ id }) => ({ queryKey: ["run", id, "recorded", name], queryFn: async ({ signal }: { signal: AbortSignal }) => (await readSmallText(id, `assay/${name}`, signal)) ?? null })),
  });
  return { texts: queries.map(({ data }) => data), isPending: queries.some((query) => query.isPending), error: queries.find(({ error }) => error)?.error };
}
