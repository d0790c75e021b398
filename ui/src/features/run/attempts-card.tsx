import { useQuery } from "@tanstack/react-query";

import { call } from "@/api/call";
import { StatusWord } from "@/components/notices";
import styles from "@/features/run/run.module.css";
import type { RunFacts } from "@/features/run/use-run";
import { formatCount } from "@/format/numbers";
import { formatDuration, formatTime } from "@/format/units";

/** How often a run was begun, where, and how each attempt ended; nothing when it was begun once. */
export function AttemptsCard({ run }: { readonly run: RunFacts }) {
  const { data } = useQuery({ queryKey: ["run", run.id, "attempts"], queryFn: ({ signal }) => call("list_attempts", { run_id: run.id }, { signal }) });
  const attempts = data?.attempts ?? [];
  if (attempts.length < 2) return null;
  return (
    <section className={styles.card} aria-label="Attempts">
      <header><h2>Attempts ({formatCount(attempts.length)})</h2></header>
      <div className={styles.scroll} tabIndex={0} role="group" aria-label="All attempts">
        <table className={styles.table}>
          <thead><tr>{["attempt", "status", "began", "took", "from step", "host", "why it ended"].map((title) => <th key={title} scope="col">{title}</th>)}</tr></thead>
          <tbody>
            {attempts.map(({ number, status, started_ms, ended_ms, first_step, host, reason }) => (
              <tr key={number}>
                <td>{number}</td>
                <td><StatusWord status={status} /></td>
                <td>{formatTime(started_ms)}</td>
                <td>{ended_ms === null ? "–" : formatDuration(ended_ms - started_ms)}</td>
                <td>{first_step === null ? "–" : formatCount(first_step)}</td>
                <td className={styles.text}>{host ?? "–"}</td>
                <td className={styles.text} title={reason ?? ""}>{reason ?? ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
