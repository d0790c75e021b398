import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";

import { addressOf, call } from "@/api/call";
import { RequestFailed } from "@/api/errors";
import type { LoggedModel } from "@/api/schema.gen";
import { LineageGraph } from "@/charts/lineage-graph";
import { Link } from "@/components/link";
import { CopyButton, EmptyState, ErrorNote, Skeleton } from "@/components/notices";
import { Page } from "@/components/page";
import styles from "@/features/model/model.module.css";
import { compareNatural } from "@/format/names";
import { formatExact, formatNumber } from "@/format/numbers";
import { formatBytes, formatSince, formatTime } from "@/format/units";
import { PATHS } from "@/url/paths";

/** One model that a run logged: where it comes from, how good it is, what its files are. */
export function ModelPage() {
  const { modelId = "" } = useParams({ strict: false });
  const { data, error, refetch } = useQuery({ queryKey: ["model", modelId], queryFn: ({ signal }) => call("get_logged_model", { model_id: modelId }, { signal }) });
  if (error instanceof RequestFailed && error.status === 404)
    return (
      <Page title="No such model" crumbs={[["Experiments", PATHS.experiments]]}>
        <EmptyState title={`There is no logged model ${modelId}`} />
      </Page>
    );
  const info = data?.model.info;
  return (
    <Page title={info?.name ?? "Model"} crumbs={info ? [["Experiments", PATHS.experiments], [`Experiment ${info.experiment_id}`, PATHS.experiment(info.experiment_id)]] : []}>
      {error ? <div className={styles.notice}><ErrorNote what="The model could not be read." error={error} onRetry={() => void refetch()} /></div> : null}
      {data ? <ModelFacts model={data.model} /> : error ? null : <Skeleton height={320} />}
    </Page>
  );
}

function ModelFacts({ model }: { readonly model: LoggedModel }) {
  const [nowMs] = useState(Date.now);
  const { info, data } = model;
  // A model's metrics come point by point; the last one of each data set counts.
  const metrics = new Map((data.metrics ?? []).map((metric) => [`${metric.key} ${metric.dataset_name ?? ""} ${metric.dataset_digest ?? ""}`, metric]));
  const rows = [...metrics.values()].toSorted((left, right) => compareNatural(left.key, right.key));
  return (
    <div className={styles.columns}>
      <section className={styles.card} aria-label="Model">
        <h2>Model</h2>
        <dl className={styles.facts}>
          <Fact name="Id"><code>{info.model_id}</code> <CopyButton text={info.model_id} label="Copy id" /></Fact>
          <Fact name="Status">{String(info.status)}{info.status_message ? `: ${info.status_message}` : ""}</Fact>
          <Fact name="Created"><span title={formatTime(Number(info.creation_timestamp_ms))}>{formatSince(Number(info.creation_timestamp_ms), nowMs)}</span></Fact>
          {info.model_type ? <Fact name="Type">{info.model_type}</Fact> : null}
          {info.source_run_id ? <Fact name="From"><Link to={PATHS.run(info.source_run_id)}>its run</Link></Fact> : null}
          {(info.tags ?? []).filter(({ key }) => !/^(mlflow|assay)\./.test(key)).map(({ key, value }) => <Fact key={key} name={key}>{value}</Fact>)}
        </dl>
      </section>
      <section className={styles.card} aria-label="Metrics">
        <h2>Metrics ({rows.length})</h2>
        {rows.length ? (
          <table className={styles.table}>
            <thead><tr>{["metric", "data", "value"].map((title) => <th key={title} scope="col">{title}</th>)}</tr></thead>
            <tbody>
              {rows.map((metric) => (
                <tr key={`${metric.key} ${metric.dataset_name} ${metric.dataset_digest}`}>
                  <td>{metric.key}</td>
                  <td>{metric.dataset_digest ? <Link to={PATHS.dataset(metric.dataset_digest)} search={{ name: metric.dataset_name ?? "" }}>{`${metric.dataset_name} @${metric.dataset_digest}`}</Link> : "–"}</td>
                  <td title={formatExact(Number(metric.value))}>{formatNumber(Number(metric.value))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : <p className={styles.pad}>No metric was logged for this model.</p>}
      </section>
      <section className={styles.card} aria-label="Parameters">
        <h2>Parameters ({data.params?.length ?? 0})</h2>
        <table className={styles.table}>
          <tbody>{(data.params ?? []).map(({ key, value }) => <tr key={key}><td>{key}</td><td>{value}</td></tr>)}</tbody>
        </table>
      </section>
      <ModelFiles modelId={info.model_id} />
      <section className={`${styles.card} ${styles.wide}`} aria-label="Lineage">
        <h2>Lineage</h2>
        <div className={styles.pad}><LineageGraph kind="model" id={info.model_id} /></div>
      </section>
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function ModelFiles({ modelId }: { readonly modelId: string }) {
  const { data, error, refetch } = useQuery({ queryKey: ["model", modelId, "files"], queryFn: ({ signal }) => call("list_logged_model_artifacts", { model_id: modelId }, { signal }), retry: false });
  return (
    <section className={styles.card} aria-label="Files">
      <h2>Files</h2>
      {error ? <ErrorNote what="The files could not be listed." error={error} onRetry={() => void refetch()} /> : null}
      {data && !data.files?.length ? <p className={styles.pad}>This model has no files.</p> : null}
      <table className={styles.table}>
        <tbody>
          {(data?.files ?? []).map((file) => (
            <tr key={file.path}>
              <td>{file.is_dir ? `${file.path}/` : <a href={addressOf(`/ajax-api/2.0/mlflow/logged-models/${encodeURIComponent(modelId)}/artifacts/files?artifact_file_path=${encodeURIComponent(file.path)}`)} download={file.path.split("/").at(-1)}>{file.path}</a>}</td>
              <td>{file.is_dir ? "" : formatBytes(Number(file.file_size ?? 0))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
