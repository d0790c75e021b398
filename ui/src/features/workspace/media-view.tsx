import { useQueries } from "@tanstack/react-query";

import type { MediaFile } from "@/api/schema.gen";
import type { PanelRun } from "@/charts/line-chart";
import { slotToken } from "@/charts/palette";
import { Select } from "@/components/fields";
import { Link } from "@/components/link";
import { EmptyState, ErrorNote, Skeleton } from "@/components/notices";
import { MediaPair } from "@/features/workspace/media-pair";
import styles from "@/features/workspace/media.module.css";
import type { Workspace } from "@/features/workspace/state";
import { compareNatural } from "@/format/names";
import { formatCount } from "@/format/numbers";
import type { ViewState } from "@/url/navigation";
import { PATHS } from "@/url/paths";
import { artifactAddress } from "@/viewers/artifact-files";
import { ArtifactViewer } from "@/viewers/artifact-viewer";
import { listMedia, nearestStep, stepsOf } from "@/viewers/media-files";

interface MediaViewProps {
  readonly view: ViewState<Workspace>;
  readonly runs: readonly PanelRun[];
}

const MOST_RUNS = 20;
const ALL = "";

/** Images, sound and the like of the runs that are drawn: a row a run, a column a key, one step for all. */
export function MediaView({ view, runs }: MediaViewProps) {
  const { values, change } = view;
  const shown = runs.slice(0, MOST_RUNS);
  const queries = useQueries({ queries: shown.map(({ id }) => ({ queryKey: ["run", id, "media"], queryFn: ({ signal }: { signal: AbortSignal }) => listMedia(id, signal) })) });
  const failed = queries.find(({ error }) => error);
  const byRun = new Map(shown.map(({ id }, place) => [id, queries[place]?.data ?? []]));
  const files = queries.flatMap(({ data }) => data ?? []);
  const steps = stepsOf(files);
  const keys = [...new Set(files.map(({ key }) => key))].toSorted(compareNatural);
  if (failed?.error) return <ErrorNote what="The media could not be listed." error={failed.error} onRetry={() => void failed.refetch()} />;
  if (queries.some(({ isPending }) => isPending)) return <Skeleton height={320} />;
  if (!runs.length) return <EmptyState title="No run is drawn">Open the eye of a run in the table to see what it logged.</EmptyState>;
  if (!files.length) return <EmptyState title="These runs have logged no images, sound or the like"><code>assay.log_image(picture, key="samples", step=step)</code></EmptyState>;
  const step = values.mstep === "" ? (steps.at(-1) ?? 0) : nearestStep(steps, Number(values.mstep));
  const columns = values.mkey && keys.includes(values.mkey) ? [values.mkey] : keys;
  return (
    <div className={styles.view}>
      <div className={styles.bar}>
        <label>
          Step {formatCount(step)}
          <input type="range" min={0} max={steps.length - 1} value={Math.max(0, steps.indexOf(step))} aria-label="Step" aria-valuetext={`step ${step}`} onChange={(event) => change({ mstep: String(steps[Number(event.target.value)] ?? "") }, { history: "replace" })} />
        </label>
        <Select label="Key" value={values.mkey} options={[[ALL, `all ${keys.length}`], ...keys.map((key) => [key, key] as const)]} onPick={(mkey) => change({ mkey })} />
        <Select label="Beside it" value={values.mpair} options={[[ALL, "nothing"], ...shown.map(({ id, name }) => [id, name] as const)]} onPick={(mpair) => change({ mpair })} />
        <output>{formatCount(shown.length)} runs{runs.length > shown.length ? ` of ${formatCount(runs.length)} drawn` : ""} · {formatCount(steps.length)} steps</output>
      </div>
      <div className={styles.box} tabIndex={0} role="group" aria-label="Media by run and key">
        <table>
          <thead>
            <tr>
              <th scope="col">run</th>
              {columns.map((key) => <th key={key} scope="col">{key}</th>)}
            </tr>
          </thead>
          <tbody>
            {shown.map((run) => (
              <tr key={run.id}>
                <th scope="row">
                  <i style={{ background: slotToken(run.slot) }} />
                  <Link to={PATHS.run(run.id, "media")}>{run.name}</Link>
                </th>
                {columns.map((key) => (
                  <td key={key}>
                    <Medium run={run} file={fileAt(byRun.get(run.id) ?? [], key, step)} step={step} other={otherOf(values.mpair, run.id, shown, byRun, key, step)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

interface Placed {
  readonly run: PanelRun;
  readonly file: MediaFile;
}

interface MediumProps {
  readonly run: PanelRun;
  readonly file: MediaFile | undefined;
  readonly step: number;
  readonly other: Placed | undefined;
}

const IMAGE = /\.(png|jpe?g|gif|webp|bmp|svg)$/i;

function Medium({ run, file, step, other }: MediumProps) {
  if (!file) return <span className={styles.nothing}>–</span>;
  const own = file.step ?? 0;
  return (
    <figure className={styles.medium}>
      {other && IMAGE.test(file.path) && IMAGE.test(other.file.path) ? (
        <MediaPair left={{ runId: run.id, name: run.name, path: file.path }} right={{ runId: other.run.id, name: other.run.name, path: other.file.path }} />
      ) : IMAGE.test(file.path) ? (
        <Link to={PATHS.artifact(run.id, file.path)}><img src={artifactAddress(run.id, file.path)} alt={`${run.name}: ${file.key}`} loading="lazy" /></Link>
      ) : (
        <ArtifactViewer key={file.path} runId={run.id} path={file.path} size={file.size_bytes ?? 0} />
      )}
      <figcaption>{own === step ? `step ${formatCount(own)}` : `step ${formatCount(own)} (asked ${formatCount(step)})`}</figcaption>
    </figure>
  );
}

function fileAt(files: readonly MediaFile[], key: string, step: number): MediaFile | undefined {
  const own = files.filter((file) => file.key === key);
  const found = nearestStep(stepsOf(own), step);
  return own.find((file) => (file.step ?? 0) === found);
}

function otherOf(pairId: string, runId: string, runs: readonly PanelRun[], byRun: ReadonlyMap<string, readonly MediaFile[]>, key: string, step: number): Placed | undefined {
  const run = pairId === runId ? undefined : runs.find(({ id }) => id === pairId);
  const file = run && fileAt(byRun.get(run.id) ?? [], key, step);
  return run && file ? { run, file } : undefined;
}
