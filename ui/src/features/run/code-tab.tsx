import { EmptyState, ErrorNote, Skeleton } from "@/components/notices";
import { flattened, useRecorded } from "@/features/run/recorded";
import styles from "@/features/run/run.module.css";
import type { RunFacts } from "@/features/run/use-run";
import { Link } from "@/components/link";
import { PATHS } from "@/url/paths";
import { CodeBlock } from "@/viewers/code-block";

/** The code that ran: where it is from, how it was called, what was not committed. */
export function CodeTab({ run }: { readonly run: RunFacts }) {
  const source = useRecorded(run.id, "source.json");
  const diff = useRecorded(run.id, "diff.patch");
  if (source.error) return <div className={styles.notice}><ErrorNote what="The code could not be read." error={source.error} onRetry={() => void source.refetch()} /></div>;
  if (source.isPending) return <Skeleton height={240} />;
  const facts = [...[...run.tags].filter(([key]) => key.startsWith("mlflow.source.")), ...flattened(source.data)];
  if (!facts.length) return <EmptyState title="No code was recorded for this run" />;
  return (
    <div className={styles.stack}>
      <section className={styles.card} aria-label="Source">
        <header>
          <h2>Source</h2>
          <Link to={PATHS.run(run.id, "artifacts")}>Recorded files</Link>
        </header>
        <table className={styles.table}>
          <tbody>{facts.map(([key, value]) => <tr key={key}><td>{key}</td><td className={styles.text} title={value}>{value}</td></tr>)}</tbody>
        </table>
      </section>
      <section className={styles.card} aria-label="Uncommitted changes">
        <header><h2>Uncommitted changes</h2></header>
        {diff.data ? <div className={styles.scroll} tabIndex={0} role="group" aria-label="Diff"><CodeBlock text={diff.data} path="a.patch" /></div> : <p className={styles.pad}>{diff.isPending ? "Loading…" : "None were recorded: what ran is what was committed, or there is no repository."}</p>}
      </section>
    </div>
  );
}
