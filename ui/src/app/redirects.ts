import { BOOTSTRAP } from "@/api/bootstrap";
import { PATHS } from "@/url/paths";

/** Put the page's own address in the place of one that MLflow's clients print, such as `#/experiments/1/runs/abc`. */
export function redirectOldLink(): void {
  const target = location.hash.startsWith("#/") ? addressOfOldLink(location.hash.slice(1)) : undefined;
  if (target) history.replaceState(null, "", BOOTSTRAP.prefix + target);
}

/** Return our address for the part after `#` of an old link; undefined when it is none. */
export function addressOfOldLink(link: string): string | undefined {
  const [path = "", query = ""] = link.split("?");
  const parts = path.split("/").filter(Boolean).map(decodeURIComponent);
  const [kind, id, noun, other, ...rest] = parts;
  if (kind === "compare-runs") return compareAddress(new URLSearchParams(query).get("runs"));
  if (kind === "compare-experiments") return PATHS.experiments;
  if (kind === "experiments" && id === undefined) return PATHS.experiments;
  if (kind === "experiments" && id !== undefined) {
    if (noun === "runs" && other !== undefined) return runAddress(other, rest);
    if (noun === "models" && other !== undefined) return PATHS.loggedModel(other);
    return PATHS.experiment(id);
  }
  if (kind === "models") return modelAddress(parts.slice(1));
  return kind === undefined ? PATHS.home : undefined;
}

function runAddress(runId: string, rest: readonly string[]): string {
  const [tab = "", ...path] = rest;
  if (/^artifact/i.test(tab)) return path.length ? PATHS.artifact(runId, path.join("/")) : PATHS.run(runId, "artifacts");
  if (tab.endsWith("metrics")) return PATHS.run(runId, tab.startsWith("system") ? "system" : "metrics");
  return PATHS.run(runId);
}

function compareAddress(runs: string | null): string {
  try {
    const ids: unknown = JSON.parse(runs ?? "[]");
    return Array.isArray(ids) ? `${PATHS.compare}?runs=${ids.map(String).map(encodeURIComponent).join(",")}` : PATHS.experiments;
  } catch {
    return PATHS.experiments;
  }
}

function modelAddress(parts: readonly string[]): string {
  const [name, noun, version] = parts;
  const escaped = name === undefined ? "" : `/${encodeURIComponent(name)}`;
  return `/models${escaped}${noun === "versions" && version !== undefined ? `/${encodeURIComponent(version)}` : ""}`;
}
