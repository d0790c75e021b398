import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";

import { call } from "@/api/call";
import { LineageGraph } from "@/charts/lineage-graph";
import { Link } from "@/components/link";
import { ErrorNote, Skeleton } from "@/components/notices";
import { Page } from "@/components/page";
import styles from "@/features/datasets/datasets.module.css";
import { counted } from "@/format/names";
import { formatSince } from "@/format/units";
import { useSearchTexts } from "@/url/navigation";
import { PATHS } from "@/url/paths";
import { CodeBlock } from "@/viewers/code-block";

const MOST = 200;

/** One data set: where it is from, what form it has, which runs used it. */
export function DatasetPage() {
  const { digest = "" } = useParams({ strict: false });
  const asked = useSearchTexts();
  const [nowMs] = useState(Date.now);
  const named = useQuery({
    queryKey: ["datasets", "name-of", digest],
    queryFn: ({ signal }) => call("list_datasets", { text: digest, limit: 1 }, { signal }),
    enabled: asked["name"] === undefined,
  });
  const name = asked["name"] ?? named.data?.datasets[0]?.name;
  const { data, error, refetch } = useQuery({
    queryKey: ["dataset", name, digest],
    queryFn: ({ signal }) => call("describe_dataset", { name: name ?? "", digest, limit: MOST }, { signal }),
    enabled: name !== undefined,
    retry: false,
  });
  const failure = error ?? named.error;
  return (
    <Page title={name ?? digest} crumbs={[["Datasets", PATHS.datasets]]}>
      {failure ? <div className={styles.notice}><ErrorNote what={`The dataset ${digest} could not be read.`} error={failure} onRetry={() => void refetch()} /></div> : null}
      {named.data && !named.data.total ? <div className={styles.notice}>There is no dataset with the digest {digest}.</div> : null}
      {!data && !failure && !(named.data && !named.data.total) ? <Skeleton height={240} /> : null}
      {data ? (
        <>
          <p className={styles.bar}>
            <code>@{data.digest}</code> {data.source_type} · used by {counted(data.n_runs, "run")}
          </p>
          {([["Source", data.source], ["Schema", data.schema], ["Profile", data.profile]] as const).map(([title, words]) =>
            words ? (
              <details key={title} className={styles.box} open={title === "Source"}>
                <summary>{title}</summary>
                <CodeBlock text={indented(words)} path="a.json" isWrapped />
              </details>
            ) : null,
          )}
          <section className={styles.box} aria-label="Lineage">
            <h2>Lineage</h2>
            <LineageGraph kind="dataset" id={data.digest} name={data.name} />
          </section>
          <section className={styles.box} aria-label="Runs that used it">
            <h2>Runs that used it{data.n_runs > data.runs.length ? `: the newest ${data.runs.length}` : ""}</h2>
            <table className={styles.table}>
              <tbody>
                {data.runs.map(({ run_id, run_name, experiment_id, start_time_ms, context }) => (
                  <tr key={`${run_id} ${context}`}>
                    <td><Link to={PATHS.run(run_id)}>{run_name}</Link></td>
                    <td>{context}</td>
                    <td><Link to={PATHS.experiment(experiment_id)}>experiment {experiment_id}</Link></td>
                    <td>{formatSince(start_time_ms, nowMs)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </>
      ) : null}
    </Page>
  );
}

function indented(words: string): string {
  try {
    return JSON.stringify(JSON.parse(words), null, 2);
  } catch {
    return words;
  }
}
