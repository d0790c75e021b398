import { useState } from "react";

import { Segments } from "@/components/fields";
import { ErrorNote, Skeleton } from "@/components/notices";
import type { ArtifactProps } from "@/viewers/artifact-viewer";
import { CodeBlock } from "@/viewers/code-block";
import { Markdown } from "@/viewers/markdown";
import { useText } from "@/viewers/use-text";
import styles from "@/viewers/viewers.module.css";

/** A Markdown file, rendered or as it was written. */
export function MarkdownViewer({ runId, path, size }: ArtifactProps) {
  const [shown, setShown] = useState<"rendered" | "source">("rendered");
  const { data, error, refetch } = useText(runId, path, size);
  if (error) return <ErrorNote what={`${path} could not be read.`} error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton height={240} />;
  return (
    <>
      <div className={styles.bar}>
        <Segments label="Show" options={[["rendered", "Rendered"], ["source", "Source"]]} value={shown} onPick={setShown} />
      </div>
      {shown === "rendered" ? <Markdown text={data} runId={runId} folder={path.split("/").slice(0, -1).join("/")} /> : <CodeBlock text={data} path={path} isWrapped />}
    </>
  );
}
