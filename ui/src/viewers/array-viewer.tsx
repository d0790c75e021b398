import { useQuery } from "@tanstack/react-query";

import { ErrorNote, Skeleton } from "@/components/notices";
import { readArrays } from "@/viewers/array-header";
import { readPiece } from "@/viewers/artifact-files";
import type { ArtifactProps } from "@/viewers/artifact-viewer";
import { Table } from "@/viewers/table-viewer";

/** What arrays a file holds, from its headers and first values alone. */
export function ArrayViewer({ runId, path }: ArtifactProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ["artifact-arrays", runId, path],
    queryFn: ({ signal }) => readArrays(path, (start, end) => readPiece(runId, path, [start, end], signal)),
    retry: false,
  });
  if (error) return <ErrorNote what={`${path} has no arrays that are understood.`} error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={120} />;
  return <Table table={{ columns: ["name", "type", "shape", "values"], rows: data.map(({ name, type, shape, figures }) => [name, type, shape, figures]) }} />;
}
