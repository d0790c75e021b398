import { useMemo } from "react";

import { ErrorNote, Skeleton } from "@/components/notices";
import type { ArtifactProps } from "@/viewers/artifact-viewer";
import { CodeBlock } from "@/viewers/code-block";
import { Markdown } from "@/viewers/markdown";
import { type NotebookCell, notebookCells } from "@/viewers/notebooks";
import { SandboxFrame } from "@/viewers/sandbox-frame";
import { useText } from "@/viewers/use-text";
import styles from "@/viewers/viewers.module.css";

/** A notebook as it was saved; nothing of it is run. */
export function NotebookViewer({ runId, path, size }: ArtifactProps) {
  const { data, error, refetch } = useText(runId, path, size);
  const cells = useMemo(() => {
    try {
      return data === undefined ? undefined : notebookCells(JSON.parse(data));
    } catch (failure) {
      return failure instanceof Error ? failure : new Error(String(failure));
    }
  }, [data]);
  if (error) return <ErrorNote what={`${path} could not be read.`} error={error} onRetry={() => void refetch()} />;
  if (!cells) return <Skeleton height={240} />;
  if (cells instanceof Error) return <ErrorNote what={`${path} is no notebook.`} error={cells} />;
  return cells.map((cell, place) => (
    // Cells have no names of their own.
    // oxlint-disable-next-line react/no-array-index-key
    <div key={place} className={styles.cell}>
      <Cell cell={cell} />
    </div>
  ));
}

function Cell({ cell }: { readonly cell: NotebookCell }) {
  if (cell.kind === "markdown") return <Markdown text={cell.source} />;
  return (
    <>
      <CodeBlock text={cell.source} path="cell.py" isWrapped />
      {cell.outputs.map((output, place) =>
        output.kind === "image" ? (
          // oxlint-disable-next-line react/no-array-index-key
          <img key={place} alt="Output of the cell" src={output.content} />
        ) : output.kind === "html" ? (
          // oxlint-disable-next-line react/no-array-index-key
          <div key={place} style={{ height: 300 }}>
            <SandboxFrame type="html" content={output.content} title="Output of the cell" />
          </div>
        ) : (
          // oxlint-disable-next-line react/no-array-index-key
          <pre key={place}>{output.content}</pre>
        ),
      )}
    </>
  );
}
