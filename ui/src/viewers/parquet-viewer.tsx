import { useQuery } from "@tanstack/react-query";
import { type FileMetaData, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";

import { ErrorNote, Skeleton } from "@/components/notices";
import { formatCount } from "@/format/numbers";
import { readPiece } from "@/viewers/artifact-files";
import type { ArtifactProps } from "@/viewers/artifact-viewer";
import { Table } from "@/viewers/table-viewer";
import { tableOfRecords } from "@/viewers/tables";
import styles from "@/viewers/viewers.module.css";

const MOST_ROWS = 500;

/** A Parquet file: its first rows, fetched by the pieces that hold them and no others. */
export function ParquetViewer({ runId, path, size }: ArtifactProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ["parquet", runId, path, size],
    queryFn: async ({ signal }) => {
      const file = { byteLength: size, slice: async (start: number, end: number = size) => (await readPiece(runId, path, [start, end], signal)).bytes.buffer };
      const metadata: FileMetaData = await parquetMetadataAsync(file);
      const total = Number(metadata.num_rows);
      const rows = await parquetReadObjects({ file, metadata, compressors, rowStart: 0, rowEnd: Math.min(MOST_ROWS, total) });
      return { total, table: tableOfRecords(rows), nGroups: metadata.row_groups.length };
    },
    retry: false,
  });
  if (error) return <ErrorNote what={`${path} could not be read.`} error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={240} />;
  return (
    <>
      <p className={styles.bar}>
        The first {formatCount(data.table.rows.length)} of {formatCount(data.total)} rows, in {formatCount(data.nGroups)} row {data.nGroups === 1 ? "group" : "groups"}
      </p>
      <Table table={data.table} />
    </>
  );
}
