import { useQuery } from "@tanstack/react-query";

import { readPiece } from "@/viewers/artifact-files";

/** Return the first bytes of a file, and the length of all of it. */
export function usePiece(runId: string, path: string, length: number) {
  return useQuery({
    queryKey: ["artifact", runId, path, length],
    queryFn: ({ signal }) => readPiece(runId, path, [0, length], signal),
    placeholderData: (before) => before,
  });
}

/** Return the whole text of a file. */
export function useText(runId: string, path: string, size: number) {
  return useQuery({
    queryKey: ["artifact-text", runId, path, size],
    queryFn: async ({ signal }) => new TextDecoder().decode((await readPiece(runId, path, [0, Math.max(1, size)], signal)).bytes),
  });
}
