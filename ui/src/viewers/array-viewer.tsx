import { useMemo } from "react";

import { ErrorNote, Skeleton } from "@/components/notices";
import { arraysOf } from "@/viewers/array-header";
import type { ArtifactProps } from "@/viewers/artifact-viewer";
import { Table } from "@/viewers/table-viewer";
import { usePiece } from "@/viewers/use-text";

const HEADER_BYTES = 4 * 1024 * 1024;

/** What arrays a file holds, from its header alone. */
export function ArrayViewer({ runId, path }: ArtifactProps) {
  const { data, error, refetch } = usePiece(runId, path, HEADER_BYTES);
  const facts = useMemo(() => {
    try {
      return data && arraysOf(path, data.bytes);
    } catch (failure) {
      return failure instanceof Error ? failure : new Error(String(failure));
    }
  }, [data, path]);
  if (error) return <ErrorNote what={`${path} could not be read.`} error={error} onRetry={() => void refetch()} />;
  if (!facts) return <Skeleton height={120} />;
  if (facts instanceof Error) return <ErrorNote what={`${path} has no header that is understood.`} error={facts} />;
  return <Table table={{ columns: ["name", "type", "shape"], rows: facts.map(({ name, type, shape }) => [name, type, shape]) }} />;
}
