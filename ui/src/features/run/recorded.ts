import { useQuery } from "@tanstack/react-query";

import { readSmallText } from "@/viewers/artifact-files";

/** Return a text that the run recorded by itself, null when it did not. */
export function useRecorded(runId: string, name: string) {
  return useQuery({
    queryKey: ["run", runId, "recorded", name],
    queryFn: async ({ signal }) => (await readSmallText(runId, `assay/${name}`, signal)) ?? null,
  });
}

/** Return the fields of a JSON document, deep ones with dots between their names. */
export function flattened(text: string | null | undefined): (readonly [string, string])[] {
  if (!text) return [];
  try {
    return pairs(JSON.parse(text), "");
  } catch {
    return [];
  }
}

function pairs(value: unknown, prefix: string): (readonly [string, string])[] {
  if (typeof value !== "object" || value === null) return value === null ? [] : [[prefix, String(value)]];
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return value.length ? [[prefix, value.join(" ")]] : [];
  return Object.entries(value).flatMap(([key, inner]) => pairs(inner, prefix ? `${prefix}.${key}` : key));
}
