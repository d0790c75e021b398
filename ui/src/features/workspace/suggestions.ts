import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { call } from "@/api/call";
import { type KeyTable } from "@/features/workspace/columns";
import { typedPart } from "@/features/workspace/filters";
import { formatCount } from "@/format/numbers";
import { columnName } from "@/url/columns";

/** Something the filter can go on with. */
export interface Suggestion {
  readonly insert: string;
  readonly start: number;
  readonly note: string;
}

interface Wanted {
  readonly text: string;
  readonly caret: number;
  readonly keys: KeyTable | undefined;
  readonly experimentIds: readonly string[];
  readonly isEnabled: boolean;
}

const MOST = 12;
const ATTRIBUTES = ["run_name", "status", "start_time", "end_time", "user_id", "run_id"];

/** Return keys that begin or contain what is typed, or values of the param or tag before it, with counts. */
export function useSuggestions({ text, caret, keys, experimentIds, isEnabled }: Wanted): readonly Suggestion[] {
  const part = typedPart(text, caret);
  const wantsValues = isEnabled && part.kind === "value";
  const { data } = useQuery({
    queryKey: ["values", experimentIds, part.column, part.text],
    queryFn: ({ signal }) => call("complete_run_values", { experiment_ids: experimentIds, column: part.column, prefix: part.text, limit: MOST }, { signal }),
    enabled: wantsValues,
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (!isEnabled || !keys) return [];
  if (part.kind === "value")
    return (data?.values ?? []).map(({ value, count }) => ({ insert: text.slice(0, part.start).endsWith("'") ? `${value.replaceAll("'", "''")}'` : `'${value.replaceAll("'", "''")}'`, start: part.start, note: `${formatCount(count)} runs` }));
  if (part.text === "" && text.trim() !== "" && !/(?:and|or|not|\()\s*$/i.test(text.slice(0, caret))) return [];
  const typed = part.text.toLowerCase();
  const named = [
    ...keys.metrics.map((key) => ({ insert: columnName("metrics", key.name), note: `in ${formatCount(key.n_runs)}` })),
    ...keys.params.map((key) => ({ insert: columnName("params", key.name), note: key.varies ? `${formatCount(key.n_distinct)} values` : "same in all" })),
    ...ATTRIBUTES.map((name) => ({ insert: name, note: "attribute" })),
    ...keys.tags.map((key) => ({ insert: columnName("tags", key.name), note: "tag" })),
  ].filter(({ insert }) => insert.toLowerCase().includes(typed));
  const rank = ({ insert }: { insert: string }) => (insert.toLowerCase().startsWith(typed) ? 0 : insert.toLowerCase().includes(`.${typed}`) ? 1 : 2);
  return named.toSorted((left, right) => rank(left) - rank(right)).slice(0, MOST).map((one) => ({ ...one, start: part.start }));
}
