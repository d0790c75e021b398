import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";

import { call } from "@/api/call";
import { experimentQuery } from "@/api/queries";
import { messageOf, RequestFailed } from "@/api/errors";
import { Button } from "@/components/button";
import { TextField } from "@/components/fields";
import { Link } from "@/components/link";
import { EmptyState, ErrorBoundary, ErrorNote, Skeleton, StatusWord } from "@/components/notices";
import { Dialog, Menu } from "@/components/overlays";
import { Page } from "@/components/page";
import { StarButton } from "@/components/star-button";
import { say, sayError } from "@/components/toasts";
import styles from "@/features/run/run.module.css";
import { CompareWith } from "@/features/run/compare-with";
import { RUN_TABS } from "@/features/run/run-state";
import { type RunFacts, useRun } from "@/features/run/use-run";
import { RunWalk } from "@/features/run/walk";
import { formatDuration, formatSince, formatTime } from "@/format/units";
import { starRun } from "@/live/stars";
import { STAR_TAG } from "@/url/columns";
import { PATHS } from "@/url/paths";

const Overview = lazy(() => import("@/features/run/overview").then(({ Overview }) => ({ default: Overview })));
const MetricsTab = lazy(() => import("@/features/run/metrics-tab").then(({ MetricsTab }) => ({ default: MetricsTab })));
const ArtifactsTab = lazy(() => import("@/features/run/artifacts-tab").then(({ ArtifactsTab }) => ({ default: ArtifactsTab })));
const MediaTab = lazy(() => import("@/features/run/media-tab").then(({ MediaTab }) => ({ default: MediaTab })));
const ModelsTab = lazy(() => import("@/features/run/models-tab").then(({ ModelsTab }) => ({ default: ModelsTab })));
const DataTab = lazy(() => import("@/features/run/data-tab").then(({ DataTab }) => ({ default: DataTab })));
const CodeTab = lazy(() => import("@/features/run/code-tab").then(({ CodeTab }) => ({ default: CodeTab })));
const EnvTab = lazy(() => import("@/features/run/env-tab").then(({ EnvTab }) => ({ default: EnvTab })));
const LogsTab = lazy(() => import("@/features/run/logs-tab").then(({ LogsTab }) => ({ default: LogsTab })));

/** Everything about one run. */
export function RunPage() {
  const { runId = "", tab = "", _splat } = useParams({ strict: false });
  const path = _splat ?? "";
  const shownTab = _splat === undefined ? tab : "artifacts";
  const { data: run, error, refetch } = useRun(runId);
  const experiment = useQuery({ ...experimentQuery(run?.experimentId ?? ""), enabled: run !== undefined });
  if (error instanceof RequestFailed && error.status === 404)
    return (
      <Page title="No such run" crumbs={[["Experiments", PATHS.experiments]]}>
        <EmptyState title={`There is no run ${runId}`}>It may have been purged, or the address is incomplete. Search by name or id with Ctrl K.</EmptyState>
      </Page>
    );
  const crumbs = [["Experiments", PATHS.experiments], ...(run ? [[experiment.data?.experiment.name ?? "…", PATHS.experiment(run.experimentId)] as const] : [])] as const;
  return (
    <Page title={run?.name ?? "Run"} crumbs={crumbs} actions={run ? <><RunWalk runId={run.id} tab={shownTab} /><CompareWith run={run} /><RunActions run={run} /></> : null}>
      {error ? <div className={styles.notice}><ErrorNote what="The run could not be read." error={error} onRetry={() => void refetch()} /></div> : null}
      {run ? (
        <>
          <nav aria-label="Parts of the run" className={styles.tabs}>
            {RUN_TABS.map(([name, title]) => (
              <Link key={name} to={PATHS.run(runId, name)} aria-current={name === shownTab ? "page" : undefined}>
                {title}
              </Link>
            ))}
          </nav>
          <ErrorBoundary key={shownTab} what="This part of the run cannot be shown.">
            <Suspense fallback={<Skeleton height={320} />}>
              <Part run={run} tab={shownTab} path={path} />
            </Suspense>
          </ErrorBoundary>
        </>
      ) : error ? null : (
        <Skeleton height={320} />
      )}
    </Page>
  );
}

function Part({ run, tab, path }: { readonly run: RunFacts; readonly tab: string; readonly path: string }) {
  if (tab === "metrics" || tab === "system") return <MetricsTab run={run} isSystem={tab === "system"} />;
  if (tab === "artifacts") return <ArtifactsTab runId={run.id} path={path} />;
  if (tab === "media") return <MediaTab runId={run.id} />;
  if (tab === "models") return <ModelsTab run={run} />;
  if (tab === "data") return <DataTab run={run} />;
  if (tab === "code") return <CodeTab run={run} />;
  if (tab === "env") return <EnvTab run={run} />;
  if (tab === "logs") return <LogsTab run={run} />;
  return (
    <>
      <RunLine run={run} />
      <Overview run={run} />
    </>
  );
}

/** What happened when, in one line. */
function RunLine({ run }: { readonly run: RunFacts }) {
  const [nowMs] = useState(Date.now);
  const { data } = useQuery({ queryKey: ["run", run.id, "ending"], queryFn: ({ signal }) => call("get_run_ending", { run_id: run.id }, { signal }) });
  const commit = run.tags.get("mlflow.source.git.commit");
  const parent = run.tags.get("mlflow.parentRunId");
  return (
    <div className={styles.facts}>
      <StatusWord status={data?.has_lost_contact ? "LOST" : run.status} />
      {data?.reason ? <span>{data.reason}</span> : null}
      <span title={formatTime(run.startMs)}>started {formatSince(run.startMs, nowMs)}</span>
      <span>{run.endMs === undefined ? "still going" : `took ${formatDuration(run.endMs - run.startMs)}`}</span>
      {run.user ? <span>by {run.user}</span> : null}
      {run.tags.get("mlflow.source.name") ? <span><code>{run.tags.get("mlflow.source.name")?.split("/").at(-1)}</code></span> : null}
      {commit ? <span>at <code>{commit.slice(0, 7)}</code>{run.tags.get("mlflow.source.git.dirty") === "true" ? " with changes" : ""}</span> : null}
      {parent ? <Link to={PATHS.run(parent)}>parent run</Link> : null}
    </div>
  );
}

function RunActions({ run }: { readonly run: RunFacts }) {
  const client = useQueryClient();
  const [isRenaming, setIsRenaming] = useState(false);
  const isOn = run.tags.get(STAR_TAG) === "true";
  const refresh = () => Promise.all([client.invalidateQueries({ queryKey: ["run", run.id] }), client.invalidateQueries({ queryKey: ["runs"] })]);
  const act = (done: string, work: () => Promise<unknown>, undo?: () => void) => void work().then(() => say(done, undo), (error: unknown) => sayError(messageOf(error))).then(refresh);
  const restore = () => act("Run restored.", () => call("restore_run", { run_id: run.id }));
  const remove = () => act("Run deleted.", () => call("delete_run", { run_id: run.id }), restore);
  const python = `import assay\n\nassay.set_tracking_uri("${location.origin}")\nrun = assay.get_run("${run.id}")\nprint(run.data.params, run.data.metrics)\n`;
  return (
    <>
      <StarButton name={run.name} isOn={isOn} onToggle={() => starRun(run.id, !isOn).then(refresh)} />
      {run.isDeleted ? <Button look="primary" onClick={restore}>Restore</Button> : null}
      <Menu
        align="end"
        trigger={<Button>Actions</Button>}
        entries={[
          { words: "Rename", onPick: () => setIsRenaming(true) },
          { words: "Copy run id", onPick: () => void navigator.clipboard.writeText(run.id).then(() => say("Run id copied.")) },
          { words: "Copy as Python", onPick: () => void navigator.clipboard.writeText(python).then(() => say("Python code copied.")) },
          null,
          run.isDeleted ? { words: "Restore", onPick: restore } : { words: "Delete", isDangerous: true, onPick: remove },
        ]}
      />
      <RenameDialog run={run} isOpen={isRenaming} onClose={() => setIsRenaming(false)} onRename={(name) => act("Run renamed.", () => call("update_run", { run_id: run.id, run_name: name }))} />
    </>
  );
}

interface RenameDialogProps {
  readonly run: RunFacts;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onRename: (name: string) => void;
}

function RenameDialog({ run, isOpen, onClose, onRename }: RenameDialogProps) {
  const [name, setName] = useState(run.name);
  return (
    <Dialog title="Rename the run" isOpen={isOpen} onClose={onClose} width="360px">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onRename(name.trim());
          onClose();
        }}
      >
        <TextField label="Name" value={name} required onChange={(event) => setName(event.target.value)} />
        <div className={styles.pad}>
          <Button type="submit" look="primary" disabled={!name.trim()}>Rename</Button>
        </div>
      </form>
    </Dialog>
  );
}
