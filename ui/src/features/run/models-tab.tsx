import { useQueries } from "@tanstack/react-query";

import { call } from "@/api/call";
import { Link } from "@/components/link";
import { EmptyState, Skeleton } from "@/components/notices";
import styles from "@/features/run/run.module.css";
import type { RunFacts } from "@/features/run/use-run";
import { formatTime } from "@/format/units";
import { PATHS } from "@/url/paths";

/** The models that a run made, and those that it used. */
export function ModelsTab({ run }: { readonly run: RunFacts }) {
  const made = (run.run.outputs?.model_outputs ?? []).map(({ model_id }) => model_id);
  const used = (run.run.inputs?.model_inputs ?? []).map(({ model_id }) => model_id);
  if (!made.length && !used.length) return <EmptyState title="This run has logged no model" />;
  return (
    <div className={styles.stack}>
      <ModelList title="Made by this run" ids={made} />
      <ModelList title="Used by this run" ids={used} />
    </div>
  );
}

function ModelList({ title, ids }: { readonly title: string; readonly ids: readonly string[] }) {
  const models = useQueries({ queries: ids.map((id) => ({ queryKey: ["model", id], queryFn: ({ signal }: { signal: AbortSignal }) => call("get_logged_model", { model_id: id }, { signal }), retry: false })) });
  if (!ids.length) return null;
  return (
    <section className={styles.card} aria-label={title}>
      <header><h2>{title} ({ids.length})</h2></header>
      <table className={styles.table}>
        <tbody>
          {models.map(({ data, error, isPending }, place) => (
            <tr key={ids[place]}>
              <td><Link to={PATHS.loggedModel(ids[place] ?? "")}>{data?.model.info.name ?? ids[place]}</Link></td>
              <td>{isPending ? <Skeleton height={14} width={80} /> : error ? "It could not be read." : String(data?.model.info.status)}</td>
              <td>{data ? formatTime(Number(data.model.info.creation_timestamp_ms)) : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
