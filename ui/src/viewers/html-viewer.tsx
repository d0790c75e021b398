import { useState } from "react";

import { Segments } from "@/components/fields";
import { Chip, ErrorNote, Skeleton } from "@/components/notices";
import type { ArtifactProps } from "@/viewers/artifact-viewer";
import { CodeBlock } from "@/viewers/code-block";
import { SandboxFrame } from "@/viewers/sandbox-frame";
import { useText } from "@/viewers/use-text";
import styles from "@/viewers/viewers.module.css";

/** A page that somebody logged: it runs apart from everything. */
export function HtmlViewer({ runId, path, size }: ArtifactProps) {
  const [shown, setShown] = useState<"page" | "source">("page");
  const { data, error, refetch } = useText(runId, path, size);
  if (error) return <ErrorNote what={`${path} could not be read.`} error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton height={240} />;
  return (
    <div className={styles.viewer}>
      <div className={styles.bar}>
        <Segments label="Show" options={[["page", "Page"], ["source", "Source"]]} value={shown} onPick={setShown} />
        <Chip>scripts run isolated · no network</Chip>
      </div>
      <div className={styles.body}>{shown === "page" ? <SandboxFrame type="html" content={data} title={path} /> : <CodeBlock text={data} path={path} isWrapped />}</div>
    </div>
  );
}
