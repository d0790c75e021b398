import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";

import { Button } from "@/components/button";
import { TextField } from "@/components/fields";
import { EmptyState, ErrorNote, Skeleton } from "@/components/notices";
import styles from "@/features/run/run.module.css";
import type { RunFacts } from "@/features/run/use-run";
import { formatBytes } from "@/format/units";
import { artifactAddress, readPiece } from "@/viewers/artifact-files";
import { RequestFailed } from "@/api/errors";

const PATH = "assay/console.log";
const PIECE = 512 * 1024;

/** What the run printed: its end first, more on demand, found by words. */
export function LogsTab({ run }: { readonly run: RunFacts }) {
  const [length, setLength] = useState(PIECE);
  const [text, setText] = useState("");
  const box = useRef<HTMLPreElement>(null);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["run", run.id, "console", length],
    queryFn: async ({ signal }) => {
      const head = await readPiece(run.id, PATH, [0, length], signal);
      if (head.total <= length) return { text: new TextDecoder().decode(head.bytes), start: 0, total: head.total };
      const start = head.total - length;
      return { text: new TextDecoder().decode((await readPiece(run.id, PATH, [start, head.total], signal)).bytes), start, total: head.total };
    },
    placeholderData: (before) => before,
    retry: false,
  });
  if (error instanceof RequestFailed && error.status < 500 && error.status > 0) return <EmptyState title="Nothing that this run printed was recorded" />;
  if (error) return <div className={styles.notice}><ErrorNote what="The log could not be read." error={error} onRetry={() => void refetch()} /></div>;
  if (isPending || !data) return <Skeleton height={240} />;
  // Colours of terminals are left out.
  // oxlint-disable-next-line no-control-regex
  const lines = data.text.replace(/\u001B\[[\d;]*[A-Za-z]/g, "").split("\n");
  const shown = text ? lines.filter((line) => line.toLowerCase().includes(text.toLowerCase())) : lines;
  const failing = lines.findIndex((line) => /\b(error|exception|traceback|failed)\b/i.test(line));
  const jump = () => {
    setText("");
    requestAnimationFrame(() => box.current?.querySelector(`[data-line="${failing}"]`)?.scrollIntoView({ block: "center" }));
  };
  return (
    <>
      <div className={styles.facts}>
        <div style={{ width: 200 }}><TextField label="Find lines" isLabelHidden type="search" placeholder="Find lines" value={text} onChange={(event) => setText(event.target.value)} /></div>
        <span>{shown.length} lines{data.start ? ` · the last ${formatBytes(data.total - data.start)} of ${formatBytes(data.total)}` : ""}</span>
        {data.start ? <Button onClick={() => setLength(length * 4)}>Load more</Button> : null}
        {failing >= 0 ? <Button onClick={jump}>Jump to the first error</Button> : null}
        <a href={artifactAddress(run.id, PATH)} download="console.log">Download</a>
      </div>
      <pre ref={box} className={styles.log}>
        {shown.map((line, place) => (
          // Lines have no names of their own.
          // oxlint-disable-next-line react/no-array-index-key
          <div key={place} data-line={text ? undefined : place} className={/\b(error|exception|traceback)\b/i.test(line) ? styles.odd : undefined}>{line || " "}</div>
        ))}
      </pre>
    </>
  );
}
