import { useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";

import { call } from "@/api/call";
import { messageOf } from "@/api/errors";
import { Button, IconButton } from "@/components/button";
import { TextField } from "@/components/fields";
import { say, sayError } from "@/components/toasts";
import styles from "@/features/run/run.module.css";
import type { RunFacts } from "@/features/run/use-run";

/** The tags that people set: added, changed and taken away here. */
export function TagsCard({ run }: { readonly run: RunFacts }) {
  const client = useQueryClient();
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const tags = [...run.tags].filter(([name]) => !/^(mlflow|assay)\./.test(name));
  const act = (work: Promise<unknown>, done: string, undo?: () => void) => void work.then(() => say(done, undo), (error: unknown) => sayError(messageOf(error))).then(() => client.invalidateQueries({ queryKey: ["run", run.id] }));
  const set = (name: string, words: string) => act(call("set_tag", { run_id: run.id, key: name, value: words }), `Tag ${name} set.`);
  const remove = (name: string, words: string) => act(call("delete_tag", { run_id: run.id, key: name }), `Tag ${name} taken away.`, () => set(name, words));
  return (
    <section className={styles.card} aria-label="Tags">
      <header><h2>Tags ({tags.length})</h2></header>
      <table className={styles.table}>
        <tbody>
          {tags.map(([name, words]) => (
            <tr key={name}>
              <td>{name}</td>
              <td className={styles.text} title={words}>{words}</td>
              <td><IconButton label={`Take the tag ${name} away`} onClick={() => remove(name, words)}><X size={14} aria-hidden /></IconButton></td>
            </tr>
          ))}
        </tbody>
      </table>
      <form
        className={`${styles.pad} ${styles.chips}`}
        onSubmit={(event) => {
          event.preventDefault();
          set(key.trim(), value);
          setKey("");
          setValue("");
        }}
      >
        <div style={{ width: 120 }}><TextField label="Key of a tag" isLabelHidden placeholder="key" value={key} onChange={(event) => setKey(event.target.value)} /></div>
        <div style={{ width: 160 }}><TextField label="Value of the tag" isLabelHidden placeholder="value" value={value} onChange={(event) => setValue(event.target.value)} /></div>
        <Button type="submit" disabled={!key.trim()}>Set tag</Button>
      </form>
    </section>
  );
}
