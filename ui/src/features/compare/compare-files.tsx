import { useQueries } from "@tanstack/react-query";
import { useState } from "react";

import { Select } from "@/components/fields";
import { EmptyState, Skeleton } from "@/components/notices";
import type { ComparedRun } from "@/features/compare/comparison";
import styles from "@/features/compare/compare.module.css";
import { compareNatural } from "@/format/names";
import { listFolder } from "@/viewers/artifact-files";
import { ArtifactViewer } from "@/viewers/artifact-viewer";

const MOST_RUNS = 6;

/** One file of each run beside the others, paired by path. */
export function CompareFiles({ runs }: { readonly runs: readonly ComparedRun[] }) {
  const shown = runs.slice(0, MOST_RUNS);
  const [picked, setPicked] = useState("");
  const folders = useQueries({ queries: shown.map(({ id }) => ({ queryKey: ["run", id, "folder", ""], queryFn: ({ signal }: { signal: AbortSignal }) => listFolder(id, "", signal) })) });
  if (folders.some(({ isPending }) => isPending)) return <Skeleton height={240} />;
  const paths = [...new Set(folders.flatMap(({ data }) => (data ?? []).filter(({ is_dir }) => !is_dir).map(({ path }) => path)))].toSorted(compareNatural);
  const path = picked || paths[0];
  if (path === undefined) return <EmptyState title="These runs have no files at their top" />;
  const countOf = (one: string) => folders.filter(({ data }) => data?.some((file) => file.path === one)).length;
  return (
    <>
      <div className={styles.bar}>
        <Select label="File" value={path} options={paths.map((one) => [one, `${one} (${countOf(one)} of ${shown.length})`] as const)} onPick={setPicked} />
        {runs.length > MOST_RUNS ? <span>The first {MOST_RUNS} of {runs.length} runs.</span> : null}
      </div>
      <div className={styles.two}>
        {shown.map(({ id, name }, place) => {
          const file = folders[place]?.data?.find((one) => one.path === path);
          return (
            <section key={id} aria-label={`${path} of ${name}`} style={{ height: 460, display: "flex", flexDirection: "column" }}>
              <h3>{name}</h3>
              <div style={{ flex: 1, minHeight: 0 }}>{file ? <ArtifactViewer runId={id} path={path} size={Number(file.file_size ?? 0)} /> : <EmptyState title="This run has no such file" />}</div>
            </section>
          );
        })}
      </div>
    </>
  );
}
