import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { call } from "@/api/call";
import { usePreferences } from "@/api/preferences";
import { sparklinePoints } from "@/charts/sparkline";
import { decodeSeries, type Series } from "@/charts/series";
import { TextField } from "@/components/fields";
import { Link } from "@/components/link";
import { Chip, ErrorNote, Skeleton, StatusWord } from "@/components/notices";
import { NoteEditor } from "@/components/note-editor";
import { Menu } from "@/components/overlays";
import { Button } from "@/components/button";
import { say } from "@/components/toasts";
import styles from "@/features/run/run.module.css";
import { type MetricFigures, type RunFacts, useMetricFigures } from "@/features/run/use-run";
import { AttemptsCard } from "@/features/run/attempts-card";
import { TagsCard } from "@/features/run/tags-card";
import { useRanks } from "@/features/run/use-ranks";
import { writtenParams } from "@/features/run/written-params";
import { byWeight, directionOf, type Preferences } from "@/format/directions";
import { compareNatural } from "@/format/names";
import { formatCount, formatExact, formatNumber } from "@/format/numbers";
import { NOTE_TAG } from "@/url/columns";
import { PATHS } from "@/url/paths";
import { Markdown } from "@/viewers/markdown";

/** Metrics at the left, parameters at the right, and what else there is to know below. */
export function Overview({ run }: { readonly run: RunFacts }) {
  return (
    <div className={styles.columns}>
      <MetricsCard run={run} />
      <ParamsCard run={run} />
      <NoteCard run={run} />
      <DataCard run={run} />
      <ChildrenCard run={run} />
      <TagsCard run={run} />
      <AttemptsCard run={run} />
    </div>
  );
}

function NoteCard({ run }: { readonly run: RunFacts }) {
  const client = useQueryClient();
  const note = run.tags.get(NOTE_TAG) ?? "";
  const save = (text: string) => call("set_tag", { run_id: run.id, key: NOTE_TAG, value: text }).then(() => client.invalidateQueries({ queryKey: ["run", run.id] }));
  return (
    <section className={styles.card} aria-label="Note">
      <header><h2>Note</h2></header>
      <NoteEditor text={note} onSave={save}>
        <Markdown text={note} />
      </NoteEditor>
    </section>
  );
}

const MOST_SPARKLINES = 40;
const ARROWS = { lower: "↓", higher: "↑" } as const;

function MetricsCard({ run }: { readonly run: RunFacts }) {
  const { data, error, refetch } = useMetricFigures(run);
  const preferences = usePreferences([run.experimentId]);
  const ordered = useMemo(() => byWeight(data?.map(({ key }) => key) ?? [], preferences).flatMap((key) => data?.find((one) => one.key === key) ?? []), [data, preferences]);
  const ranks = useRanks(run, ordered, preferences);
  const curves = useMemo(() => ordered.filter(({ count }) => count > 1).slice(0, MOST_SPARKLINES).map(({ key }) => key), [ordered]);
  const lines = useQuery({
    queryKey: ["run", run.id, "sparklines", curves],
    queryFn: async ({ signal }) => new Map(decodeSeries(await call("query_series", { run_ids: [run.id], keys: curves, n_buckets: 60 }, { signal })).series.map((one) => [one.key, one])),
    enabled: curves.length > 0,
    placeholderData: (before) => before,
  });
  return (
    <section className={styles.card} aria-label="Metrics">
      <header>
        <h2>Metrics ({formatCount(run.metrics.length)})</h2>
        <Link to={PATHS.run(run.id, "metrics")}>Charts</Link>
      </header>
      {error ? <ErrorNote what="The metrics could not be read." error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Skeleton height={160} /> : null}
      {data?.length === 0 ? <p className={styles.pad}>This run has logged no metric.</p> : null}
      {ordered.length ? (
        <div className={styles.scroll} tabIndex={0} role="group" aria-label="All metrics">
          <table className={styles.table}>
            <thead>
              <tr>{["metric", "curve", "last", "best", "rank", "points"].map((title) => <th key={title} scope="col">{title}</th>)}</tr>
            </thead>
            <tbody>{ordered.map((one) => <MetricRow key={one.key} figures={one} preferences={preferences} rank={ranks.get(one.key)} series={lines.data?.get(one.key)} />)}</tbody>
          </table>
        </div>
      ) : null}
    </section>
  );
}

function MetricRow({ figures, preferences, rank, series }: { readonly figures: MetricFigures; readonly rank: string | undefined; readonly preferences: Preferences; readonly series: Series | undefined }) {
  const direction = directionOf(figures.key, preferences);
  const best = direction === "lower" ? figures.min : direction === "higher" ? figures.max : undefined;
  const words = (value: number | undefined) => (value === undefined ? "–" : formatNumber(value));
  return (
    <tr>
      <td title={figures.key}>{figures.key} {direction ? ARROWS[direction] : ""}</td>
      <td>{series ? <svg width="90" height="18" aria-hidden><polyline points={sparklinePoints(series, 90, 18)} fill="none" stroke="var(--accent)" strokeWidth="1.25" /></svg> : null}</td>
      <td className={figures.last !== undefined && !Number.isFinite(figures.last) ? styles.odd : ""} title={figures.last === undefined ? "" : formatExact(figures.last)}>{words(figures.last)}</td>
      <td title={best === undefined ? "" : formatExact(best)}>{figures.count > 1 ? words(best) : ""}</td>
      <td title="place among the runs of the experiment by the last value">{rank?.startsWith("1 /") ? "★ " : ""}{rank ?? ""}</td>
      <td>{formatCount(figures.count)}</td>
    </tr>
  );
}

function ParamsCard({ run }: { readonly run: RunFacts }) {
  const [text, setText] = useState("");
  const shown = run.params.filter(([key, value]) => `${key} ${value}`.toLowerCase().includes(text.toLowerCase())).toSorted(([left], [right]) => compareNatural(left, right));
  const copy = (form: Parameters<typeof writtenParams>[1]) => () => void navigator.clipboard.writeText(writtenParams(run.params, form)).then(() => say("Parameters copied."));
  return (
    <section className={styles.card} aria-label="Parameters">
      <header>
        <h2>Parameters ({formatCount(run.params.length)})</h2>
        <div style={{ width: 150 }}>
          <TextField label="Find parameters" isLabelHidden type="search" placeholder="Find" value={text} onChange={(event) => setText(event.target.value)} />
        </div>
        <Menu align="end" trigger={<Button>Copy as</Button>} entries={[{ words: "Python dict", onPick: copy("python") }, { words: "YAML", onPick: copy("yaml") }, { words: "JSON", onPick: copy("json") }, { words: "CLI flags", onPick: copy("cli") }]} />
      </header>
      {run.params.length ? (
        <div className={styles.scroll} tabIndex={0} role="group" aria-label="All parameters">
          <table className={styles.table}>
            <tbody>{shown.map(([key, value]) => <tr key={key}><td title={key}>{key}</td><td className={styles.text} title={value}>{value}</td></tr>)}</tbody>
          </table>
        </div>
      ) : (
        <p className={styles.pad}>This run has logged no parameter.</p>
      )}
    </section>
  );
}

function DataCard({ run }: { readonly run: RunFacts }) {
  const inputs = run.run.inputs?.dataset_inputs ?? [];
  if (!inputs.length) return null;
  return (
    <section className={styles.card} aria-label="Data">
      <header>
        <h2>Data ({inputs.length})</h2>
        <Link to={PATHS.run(run.id, "data")}>Details</Link>
      </header>
      <div className={`${styles.pad} ${styles.chips}`}>
        {inputs.map(({ dataset, tags }) => (
          <Chip key={`${dataset.name} ${dataset.digest} ${tags?.[0]?.value ?? ""}`} title={dataset.source}>
            {dataset.name} @{dataset.digest} {tags?.find(({ key }) => key === "mlflow.data.context")?.value ?? ""}
          </Chip>
        ))}
      </div>
    </section>
  );
}

const MOST_CHILDREN = 50;

function ChildrenCard({ run }: { readonly run: RunFacts }) {
  const { data } = useQuery({
    queryKey: ["runs", "children", run.id],
    queryFn: ({ signal }) => call("query_runs", { experiment_ids: [run.experimentId], filter: `tags.\`mlflow.parentRunId\` = '${run.id}'`, columns: ["attributes.run_name", "attributes.status"], limit: MOST_CHILDREN }, { signal }),
  });
  if (!data?.total) return null;
  return (
    <section className={styles.card} aria-label="Child runs">
      <header>
        <h2>Child runs ({formatCount(data.total)})</h2>
        <Link to={PATHS.experiment(run.experimentId)} search={{ q: `tags.\`mlflow.parentRunId\` = '${run.id}'` }}>Compare them</Link>
      </header>
      <div className={styles.scroll} tabIndex={0} role="group" aria-label="All child runs">
        <table className={styles.table}>
          <tbody>
            {data.run_ids.map((id, row) => (
              <tr key={id}>
                <td><Link to={PATHS.run(id)}>{String(data.columns[0]?.values[row] ?? id)}</Link></td>
                <td><StatusWord status={String(data.columns[1]?.values[row])} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
