import type { Found } from "@/api/schema.gen";

const KEPT = "assay.recent";
const MOST = 8;
const KINDS = ["run", "experiment", "model", "dataset"] as const;

/** Return what was gone to lately from the palette, the latest first. */
export function recents(): readonly Found[] {
  try {
    const said: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(said) ? said.flatMap((one: unknown) => foundOf(one)) : [];
  } catch {
    return [];
  }
}

function foundOf(said: unknown): Found[] {
  const fields: Partial<Record<string, unknown>> = typeof said === "object" && said !== null ? { ...said } : {};
  const kind = KINDS.find((one) => one === fields["kind"]);
  const { id, name } = fields;
  return kind && typeof id === "string" && typeof name === "string" ? [{ kind, id, name, experiment_id: "", time_ms: 0 }] : [];
}

/** Keep what was gone to. */
export function keepRecent(one: Found): void {
  const others = recents().filter(({ kind, id }) => kind !== one.kind || id !== one.id);
  localStorage.setItem(KEPT, JSON.stringify([one, ...others].slice(0, MOST)));
}
