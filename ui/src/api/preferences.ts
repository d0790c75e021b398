import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";

import { call } from "@/api/call";
import { experimentQuery } from "@/api/queries";
import { NO_PREFERENCES, type Preferences, preferencesOf } from "@/format/directions";

/** Return what experiments say of their metrics, in their tags; nothing until they were read. */
export function usePreferences(experimentIds: readonly string[]): Preferences {
  const tags = useQueries({
    queries: experimentIds.map((id) => experimentQuery(id)),
    combine: (found) => JSON.stringify(found.flatMap(({ data }) => data?.experiment.tags?.filter(({ key }) => key.startsWith("assay.")) ?? [])),
  });
  return useMemo(() => (tags === "[]" ? NO_PREFERENCES : preferencesOf(JSON.parse(tags))), [tags]);
}

/** Return a function that sets a tag of experiments, or takes it away when the value is null. */
export function useSetExperimentTag(experimentIds: readonly string[]): (key: string, value: string | null) => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    async (key, value) => {
      await Promise.all(experimentIds.map((experiment_id) => (value === null ? call("delete_experiment_tag", { experiment_id, key }) : call("set_experiment_tag", { experiment_id, key, value }))));
      await Promise.all([client.invalidateQueries({ queryKey: ["experiment"] }), client.invalidateQueries({ queryKey: ["experiments"] })]);
    },
    [client, experimentIds],
  );
}
