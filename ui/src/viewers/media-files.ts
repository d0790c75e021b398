import { call } from "@/api/call";
import type { MediaFile } from "@/api/schema.gen";

export const MOST_FILES = 10_000;
const A_PAGE = 1000;

/** Return the media of a run, at most 10,000 of them. */
export async function listMedia(runId: string, signal: AbortSignal): Promise<MediaFile[]> {
  const files: MediaFile[] = [];
  let token: string | undefined;
  do {
    const page = await call("list_media", { run_id: runId, max_results: A_PAGE, ...(token ? { page_token: token } : {}) }, { signal });
    files.push(...(page.files ?? []));
    token = page.next_page_token ?? undefined;
  } while (token && files.length < MOST_FILES);
  return files;
}

/** Return the steps of files, each once, in order. */
export function stepsOf(files: readonly { readonly step?: number }[]): number[] {
  return [...new Set(files.map(({ step = 0 }) => step))].toSorted((left, right) => left - right);
}

/** Return the step nearest to the one that was asked for, of equally near ones the earlier; NaN of none. */
export function nearestStep(steps: readonly number[], asked: number): number {
  return steps.reduce((best, step) => (Math.abs(step - asked) < Math.abs(best - asked) || Number.isNaN(best) ? step : best), NaN);
}
