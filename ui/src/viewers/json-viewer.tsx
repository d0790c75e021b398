import { useMemo, useState } from "react";

import { Segments } from "@/components/fields";
import { ErrorNote, Skeleton } from "@/components/notices";
import type { ArtifactProps } from "@/viewers/artifact-viewer";
import { CodeBlock } from "@/viewers/code-block";
import { figureLibrary } from "@/viewers/kinds";
import { SandboxFrame } from "@/viewers/sandbox-frame";
import { Table } from "@/viewers/table-viewer";
import { tableOfJson } from "@/viewers/tables";
import { useText } from "@/viewers/use-text";
import styles from "@/viewers/viewers.module.css";

/** A JSON document: drawn where it is a figure, as a table where it is one, else as it stands. */
export function JsonViewer({ runId, path, size }: ArtifactProps) {
  const { data, error, refetch } = useText(runId, path, size);
  const parsed = useMemo(() => {
    try {
      const document: unknown = data === undefined ? undefined : JSON.parse(data);
      return { library: figureLibrary(document), table: tableOfJson(document), text: JSON.stringify(document, null, 2) };
    } catch {
      return { library: undefined, table: undefined, text: data };
    }
  }, [data]);
  const [shown, setShown] = useState<"drawn" | "json">("drawn");
  if (error) return <ErrorNote what={`${path} could not be read.`} error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton height={240} />;
  const { library, table } = parsed;
  const isDrawn = shown === "drawn" && (library || table);
  return (
    <div className={styles.viewer}>
      {library || table ? (
        <div className={styles.bar}>
          <Segments label="Show" options={[["drawn", library ? "Figure" : "Table"], ["json", "JSON"]]} value={shown} onPick={setShown} />
          {library ? <span>{library} · scripts run isolated · no network</span> : null}
        </div>
      ) : null}
      <div className={styles.body}>{isDrawn ? library ? <SandboxFrame type={library} content={data} title={path} /> : table ? <Table table={table} /> : null : <CodeBlock text={parsed.text ?? data} path="a.json" isWrapped />}</div>
    </div>
  );
}
