import { useState } from "react";

import { Button } from "@/components/button";
import { Checkbox } from "@/components/fields";
import { ErrorNote, Skeleton } from "@/components/notices";
import { formatBytes } from "@/format/units";
import type { ArtifactProps } from "@/viewers/artifact-viewer";
import { CodeBlock } from "@/viewers/code-block";
import { hexLines, isText } from "@/viewers/kinds";
import { usePiece } from "@/viewers/use-text";
import styles from "@/viewers/viewers.module.css";

const PIECE = 1024 * 1024;
const HEX_BYTES = 4096;

/** Text, the first mebibyte and more on demand; what is no text shows its first bytes. */
export function TextViewer({ runId, path }: ArtifactProps) {
  const [length, setLength] = useState(PIECE);
  const [isWrapped, setIsWrapped] = useState(false);
  const { data, error, refetch } = usePiece(runId, path, length);
  if (error) return <ErrorNote what={`${path} could not be read.`} error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={240} />;
  if (!isText(data.bytes))
    return (
      <>
        <p className={styles.bar}>No text; the first {formatBytes(Math.min(HEX_BYTES, data.total))} of {formatBytes(data.total)}.</p>
        <pre className={styles.code}>{hexLines(data.bytes.subarray(0, HEX_BYTES)).join("\n")}</pre>
      </>
    );
  return (
    <>
      <div className={styles.bar}>
        <Checkbox checked={isWrapped} onToggle={setIsWrapped}>Wrap</Checkbox>
        {data.bytes.length < data.total ? (
          <>
            <span>The first {formatBytes(data.bytes.length)} of {formatBytes(data.total)}</span>
            <Button onClick={() => setLength(length + 4 * PIECE)}>Load more</Button>
          </>
        ) : null}
      </div>
      <CodeBlock text={new TextDecoder().decode(data.bytes)} path={path} isWrapped={isWrapped} />
    </>
  );
}
