import { useState } from "react";

import { Button } from "@/components/button";
import { TextField } from "@/components/fields";
import { EmptyState, ErrorNote, Skeleton } from "@/components/notices";
import { say } from "@/components/toasts";
import { flattened, useRecorded } from "@/features/run/recorded";
import styles from "@/features/run/run.module.css";
import type { RunFacts } from "@/features/run/use-run";

/** Where it ran: Python, system, hardware, packages. */
export function EnvTab({ run }: { readonly run: RunFacts }) {
  const [text, setText] = useState("");
  const environment = useRecorded(run.id, "environment.json");
  const packages = useRecorded(run.id, "packages.txt");
  if (environment.error) return <div className={styles.notice}><ErrorNote what="The environment could not be read." error={environment.error} onRetry={() => void environment.refetch()} /></div>;
  if (environment.isPending || packages.isPending) return <Skeleton height={240} />;
  const facts = flattened(environment.data);
  const lines = (packages.data ?? "").split("\n").filter(Boolean);
  if (!facts.length && !lines.length) return <EmptyState title="No environment was recorded for this run" />;
  const shown = lines.filter((line) => line.toLowerCase().includes(text.toLowerCase()));
  return (
    <div className={styles.columns}>
      <section className={styles.card} aria-label="System">
        <header><h2>System</h2></header>
        <table className={styles.table}>
          <tbody>{facts.map(([key, value]) => <tr key={key}><td>{key}</td><td className={styles.text} title={value}>{value}</td></tr>)}</tbody>
        </table>
      </section>
      <section className={styles.card} aria-label="Packages">
        <header>
          <h2>Packages ({lines.length})</h2>
          <div style={{ width: 150 }}><TextField label="Find packages" isLabelHidden type="search" placeholder="Find" value={text} onChange={(event) => setText(event.target.value)} /></div>
          <Button onClick={() => void navigator.clipboard.writeText(`${lines.join("\n")}\n`).then(() => say("Requirements copied."))}>Copy requirements</Button>
        </header>
        <div className={styles.scroll} tabIndex={0} role="group" aria-label="All packages">
          <table className={styles.table}>
            <tbody>
              {shown.map((line) => {
                const [name = "", version = ""] = line.split("==");
                return <tr key={line}><td>{name}</td><td className={styles.text}>{version}</td></tr>;
              })}
            </tbody>
          </table>
        </div>
      </section>
    </div>
  );
}
