import { useQuery } from "@tanstack/react-query";

import { call } from "@/api/call";
import { LineageGraph } from "@/charts/lineage-graph";
import { Link } from "@/components/link";
import { Chip, EmptyState } from "@/components/notices";
import styles from "@/features/run/run.module.css";
import type { RunFacts } from "@/features/run/use-run";
import { counted } from "@/format/names";
import { PATHS } from "@/url/paths";
import { CodeBlock } from "@/viewers/code-block";

/** The data that a run used: where from, what form, and who else used it. */
export function DataTab({ run }: { readonly run: RunFacts }) {
  const inputs = run.run.inputs?.dataset_inputs ?? [];
  return (
    <div className={styles.stack}>
      <section className={styles.card} aria-label="Lineage">
        <header><h2>Lineage</h2></header>
        <div className={styles.pad}><LineageGraph kind="run" id={run.id} /></div>
      </section>
      {inputs.length ? null : <EmptyState title="This run has logged no data"><code>assay.log_input(assay.data.from_pandas(frame), context="train")</code></EmptyState>}
      {inputs.map(({ dataset, tags }) => {
        const context = tags?.find(({ key }) => key === "mlflow.data.context")?.value;
        return (
          <section key={`${dataset.name} ${dataset.digest} ${context}`} className={styles.card} aria-label={`Dataset ${dataset.name}`}>
            <header>
              <h2>{dataset.name}</h2>
              <span className={styles.chips}>
                {context ? <Chip>{context}</Chip> : null}
                <Chip title="Digest of the content">@{dataset.digest}</Chip>
                <Chip>{dataset.source_type}</Chip>
              </span>
              <Link to={PATHS.dataset(dataset.digest ?? "")} search={{ name: dataset.name ?? "" }}>All runs that used it</Link>
              <OtherRuns run={run} digest={dataset.digest ?? ""} />
            </header>
            {([["Source", dataset.source], ["Schema", dataset.schema], ["Profile", dataset.profile]] as const).map(([title, text]) =>
              text ? (
                <details key={title} className={styles.pad} open={title === "Source"}>
                  <summary>{title}</summary>
                  <CodeBlock text={indented(text)} path="a.json" isWrapped />
                </details>
              ) : null,
            )}
          </section>
        );
      })}
    </div>
  );
}

function OtherRuns({ run, digest }: { readonly run: RunFacts; readonly digest: string }) {
  const filter = `datasets.digest = '${digest.replaceAll("'", "''")}'`;
  const { data } = useQuery({ queryKey: ["runs", "digest", run.experimentId, digest], queryFn: ({ signal }) => call("query_runs", { experiment_ids: [run.experimentId], filter, limit: 0 }, { signal }) });
  return data ? <Link to={PATHS.experiment(run.experimentId)} search={{ q: filter }}>{counted(data.total, "run")} of this experiment used it</Link> : null;
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
