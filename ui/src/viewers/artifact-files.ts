import { addressOf, call } from "@/api/call";
import { RequestFailed } from "@/api/errors";
import type { FileInfo } from "@/api/schema.gen";

/** Return where the bytes of a file of a run are. */
export function artifactAddress(runId: string, path: string): string {
  return addressOf(`/get-artifact?${new URLSearchParams({ run_id: runId, path })}`);
}

/** Return the files and folders of one folder, folders first. */
export async function listFolder(runId: string, path: string, signal: AbortSignal): Promise<FileInfo[]> {
  const files: FileInfo[] = [];
  let token: string | undefined;
  do {
    const page = await call("list_artifacts", { run_id: runId, path, ...(token ? { page_token: token } : {}) }, { signal });
    files.push(...(page.files ?? []));
    token = page.next_page_token ?? undefined;
  } while (token);
  return files.toSorted((left, right) => Number(right.is_dir) - Number(left.is_dir) || left.path.localeCompare(right.path, "en", { numeric: true }));
}

/** A piece of a file, and how long all of it is. */
export interface Piece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly total: number;
}

/** Return the bytes [from, to) of a file; fewer at its end. */
export async function readPiece(runId: string, path: string, range: readonly [number, number], signal: AbortSignal): Promise<Piece> {
  const response = await fetch(artifactAddress(runId, path), { headers: { range: `bytes=${range[0]}-${range[1] - 1}` }, signal });
  if (response.status === 416) return { bytes: new Uint8Array(), total: 0 };
  if (!response.ok) throw new RequestFailed(response.status, "", `The file ${path} could not be read.`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const total = Number(/\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1] ?? bytes.length);
  return { bytes, total };
}

/** Return a small text file of a run, or undefined when it has none of that name. */
export async function readSmallText(runId: string, path: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { bytes } = await readPiece(runId, path, [0, 4_000_000], signal);
    return new TextDecoder().decode(bytes);
  } catch (error) {
    if (error instanceof RequestFailed && (error.status === 404 || error.status === 400)) return undefined;
    throw error;
  }
}
