import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useCallback, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";

import { call } from "@/api/call";
import { messageOf } from "@/api/errors";
import type { Experiment, ExperimentActivity } from "@/api/schema.gen";
import { Button } from "@/components/button";
import { Checkbox, TextField } from "@/components/fields";
import { Link } from "@/components/link";
import { EmptyState, ErrorNote, ProgressLine, Skeleton, Snippet } from "@/components/notices";
import { Dialog, Menu } from "@/components/overlays";
import { Page } from "@/components/page";
import { StarButton } from "@/components/star-button";
import { say, sayError } from "@/components/toasts";
import { BestCell } from "@/features/experiments/best-cell";
import styles from "@/features/experiments/experiments.module.css";
import { counted } from "@/format/names";
import { formatCount } from "@/format/numbers";
import { formatAgo, formatTime } from "@/format/units";
import { useLiveEvents } from "@/live/connection";
import { isStarred, noteStars, useStarExperiment } from "@/live/stars";
import { addressOf } from "@/api/call";
import { NOTE_TAG } from "@/url/columns";
import { useViewState } from "@/url/navigation";
import { PATHS } from "@/url/paths";
import { defineState, flag, text } from "@/url/state";

const STATE = defineState({ q: text(), deleted: flag(false) });
const MOST = 1000;

/** All experiments: how many runs each has, whether something is going on, when it last did. */
export function ExperimentsPage() {
  const { values, change } = useViewState(STATE);
  const [isCreating, setIsCreating] = useState(false);
  const { data, error, isFetching, refetch } = useExperiments(values.deleted);
  const words = values.q.toLowerCase();
  const shown = data?.experiments.filter(({ name, tags }) => `${name} ${(tags ?? []).map(({ key, value }) => `${key} ${value}`).join(" ")}`.toLowerCase().includes(words)) ?? [];
  return (
    <Page title="Experiments" actions={<Button onClick={() => setIsCreating(true)}><Plus size={14} aria-hidden /> New</Button>}>
      <ProgressLine isBusy={isFetching} />
      <div className={styles.bar}>
        <div style={{ width: 260 }}>
          <TextField label="Find experiments" isLabelHidden type="search" placeholder="Find by name or tag" value={values.q} onChange={(event) => change({ q: event.target.value }, { history: "replace" })} />
        </div>
        <Checkbox checked={values.deleted} onToggle={(deleted) => change({ deleted })}>Deleted ones</Checkbox>
        {data ? <output>{words ? `${formatCount(shown.length)} of ${counted(data.experiments.length, "experiment")}` : counted(data.experiments.length, "experiment")}{data.isCut ? `; the ${formatCount(MOST)} that changed last` : ""}</output> : null}
      </div>
      {error ? <div className={styles.notice}><ErrorNote what="The experiments could not be read." error={error} onRetry={() => void refetch()} /></div> : null}
      {!data && !error ? <div className={styles.notice}><Skeleton height={240} /></div> : null}
      {data && !shown.length ? <Nothing isSearch={words !== "" || values.deleted} /> : null}
      {shown.length ? (
        <div className={styles.box}>
          <table className={styles.table}>
            <thead>
              <tr>{["Name", "Runs", "Going on", "Best", "Last run", "Note", ""].map((title) => <th key={title} scope="col" className={title === "Runs" || title === "Going on" ? styles.number : ""}>{title || <span className="visually-hidden">Actions</span>}</th>)}</tr>
            </thead>
            <tbody>{shown.map((experiment) => <ExperimentRow key={experiment.experiment_id} experiment={experiment} activity={data?.activity.get(experiment.experiment_id)} />)}</tbody>
          </table>
        </div>
      ) : null}
      <CreateDialog isOpen={isCreating} onClose={() => setIsCreating(false)} />
    </Page>
  );
}

function useExperiments(isDeleted: boolean) {
  const client = useQueryClient();
  const refresh = useCallback(() => void client.invalidateQueries({ queryKey: ["experiments"] }, { cancelRefetch: false }), [client]);
  const onEvent = useCallback((event: { readonly changed: readonly string[] }) => {
    if (event.changed.some((part) => ["created", "status", "deleted", "restored", "renamed"].includes(part))) refresh();
  }, [refresh]);
  useLiveEvents(onEvent, refresh);
  return useQuery({
    queryKey: ["experiments", isDeleted],
    queryFn: async ({ signal }) => {
      const page = await call("search_experiments", { max_results: MOST, view_type: isDeleted ? 2 : 1, order_by: ["last_update_time DESC"] }, { signal });
      const experiments = page.experiments ?? [];
      if (!isDeleted) noteStars(experiments);
      const { experiments: counts } = await call("describe_experiment_activity", { experiment_ids: experiments.map(({ experiment_id }) => experiment_id) }, { signal });
      return { experiments, activity: new Map(counts.map((one) => [one.experiment_id, one])), isCut: page.next_page_token !== undefined && page.next_page_token !== null && page.next_page_token !== "" };
    },
    placeholderData: (before) => before,
  });
}

function ExperimentRow({ experiment, activity }: { readonly experiment: Experiment; readonly activity: ExperimentActivity | undefined }) {
  const [nowMs] = useState(Date.now);
  const client = useQueryClient();
  const star = useStarExperiment();
  const { experiment_id, name, tags = [], lifecycle_stage } = experiment;
  const note = tags.find(({ key }) => key === NOTE_TAG)?.value.split("\n")[0] ?? "";
  const act = (endpoint: "delete_experiment" | "restore_experiment", words: string, undo?: () => void) =>
    void call(endpoint, { experiment_id }).then(() => say(words, undo), (error: unknown) => sayError(messageOf(error))).then(() => client.invalidateQueries({ queryKey: ["experiments"] }));
  const restore = () => act("restore_experiment", `${name} restored.`);
  const entries = lifecycle_stage === "deleted" ? [{ words: "Restore", onPick: restore }] : [{ words: "Delete", isDangerous: true, isDisabled: experiment_id === "0", onPick: () => act("delete_experiment", `${name} deleted.`, restore) }];
  return (
    <tr>
      <td><StarButton name={name} isOn={isStarred(tags)} onToggle={() => star(experiment)} /><Link to={PATHS.experiment(experiment_id)} className={styles.name}>{name}</Link></td>
      <td className={styles.number}>{activity ? formatCount(activity.n_runs) : ""}</td>
      <td className={styles.number}>{activity?.n_running ? <span className={styles.live}>▶ {formatCount(activity.n_running)}</span> : ""}</td>
      <td><BestCell experimentId={experiment_id} tags={tags} /></td>
      <td title={activity?.last_start_ms ? formatTime(activity.last_start_ms) : ""}>{activity?.last_start_ms ? formatAgo(activity.last_start_ms, nowMs) : "never"}</td>
      <td className={styles.note} title={note}>{note}</td>
      <td><Menu align="end" trigger={<Button look="quiet" aria-label={`Actions on ${name}`}>⋯</Button>} entries={entries} /></td>
    </tr>
  );
}

function Nothing({ isSearch }: { readonly isSearch: boolean }) {
  if (isSearch) return <EmptyState title="No experiment is called that" />;
  return (
    <EmptyState title="No experiments yet">
      <div style={{ width: "min(560px, 90vw)" }}>
        <Snippet code={`import assay\n\nassay.set_tracking_uri("${new URL(addressOf("/"), location.href).href.replace(/\/$/, "")}")\nassay.set_experiment("first")\nwith assay.start_run():\n    assay.log_metric("loss", 0.3)`} />
      </div>
    </EmptyState>
  );
}

function CreateDialog({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const [failure, setFailure] = useState("");
  const client = useQueryClient();
  const create = () =>
    call("create_experiment", { name: name.trim() }).then(
      () => {
        say(`${name.trim()} created.`);
        setName("");
        setFailure("");
        onClose();
        return client.invalidateQueries({ queryKey: ["experiments"] });
      },
      (error: unknown) => setFailure(messageOf(error)),
    );
  return (
    <Dialog title="New experiment" isOpen={isOpen} onClose={onClose} width="380px">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <TextField label="Name" value={name} required aria-invalid={failure !== ""} onChange={(event) => setName(event.target.value)} />
        {failure ? <p role="alert">{failure}</p> : null}
        <Button type="submit" look="primary" disabled={!name.trim()}>Create</Button>
      </form>
    </Dialog>
  );
}
