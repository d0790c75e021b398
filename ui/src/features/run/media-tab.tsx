import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import type { MediaFile } from "@/api/schema.gen";
import { EmptyState, ErrorNote, Skeleton } from "@/components/notices";
import styles from "@/features/run/run.module.css";
import { groupBy } from "@/format/groups";
import { compareNatural } from "@/format/names";
import { formatCount } from "@/format/numbers";
import { ArtifactViewer } from "@/viewers/artifact-viewer";
import { listMedia, MOST_FILES, nearestStep, stepsOf } from "@/viewers/media-files";

/** What a run logged beside numbers, by key, at a step that is the same for all keys. */
export function MediaTab({ runId }: { readonly runId: string }) {
  const { data, error, refetch } = useQuery({ queryKey: ["run", runId, "media"], queryFn: ({ signal }) => listMedia(runId, signal) });
  const [asked, setAsked] = useState<number | null>(null);
  const steps = useMemo(() => stepsOf(data ?? []), [data]);
  const byKey = useMemo(() => [...groupBy(data ?? [], ({ key }) => key)].toSorted(([left], [right]) => compareNatural(left, right)), [data]);
  if (error) return <div className={styles.notice}><ErrorNote what="The media could not be listed." error={error} onRetry={() => void refetch()} /></div>;
  if (!data) return <Skeleton height={320} />;
  if (!data.length) return <EmptyState title="This run has logged no images, sound or the like"><code>assay.log_image(picture, key="samples", step=step)</code></EmptyState>;
  const step = asked ?? steps.at(-1) ?? 0;
  return (
    <div className={styles.stack}>
      <label className={styles.slider}>
        Step {formatCount(step)}
        <input type="range" min={0} max={steps.length - 1} value={Math.max(0, steps.indexOf(step))} aria-label="Step" aria-valuetext={`step ${step}`} onChange={(event) => setAsked(steps[Number(event.target.value)] ?? null)} />
        <span>{formatCount(steps.length)} steps · {formatCount(data.length)} files{data.length >= MOST_FILES ? ", the first of them" : ""}</span>
      </label>
      <div className={styles.media}>
        {byKey.map(([key, files]) => (
          <MediaCard key={key} runId={runId} name={key} files={files} step={step} />
        ))}
      </div>
    </div>
  );
}

interface MediaCardProps {
  readonly runId: string;
  readonly name: string;
  readonly files: readonly MediaFile[];
  readonly step: number;
}

function MediaCard({ runId, name, files, step }: MediaCardProps) {
  const found = nearestStep(stepsOf(files), step);
  const file = files.find((one) => (one.step ?? 0) === found);
  if (!file) return null;
  return (
    <section className={styles.card} aria-label={name}>
      <header>
        <h2>{name}</h2>
        <span className={styles.note}>{found === step ? `step ${formatCount(found)}` : `step ${formatCount(found)} (asked ${formatCount(step)})`}</span>
      </header>
      <div className={styles.medium}>
        <ArtifactViewer key={file.path} runId={runId} path={file.path} size={file.size_bytes ?? 0} />
      </div>
    </section>
  );
}
