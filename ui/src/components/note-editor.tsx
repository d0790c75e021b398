import { type ReactNode, useState } from "react";

import { messageOf } from "@/api/errors";
import { Button } from "@/components/button";
import styles from "@/components/note-editor.module.css";
import { say, sayError } from "@/components/toasts";

interface NoteEditorProps {
  readonly text: string;
  readonly onSave: (text: string) => Promise<unknown>;
  /** The note as it is read. */
  readonly children: ReactNode;
}

/** A note that is read until somebody edits it; what was there before can be brought back. */
export function NoteEditor({ text, onSave, children }: NoteEditorProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const [isSaving, setIsSaving] = useState(false);
  const save = (next: string, undo?: () => void) => {
    setIsSaving(true);
    return onSave(next)
      .then(
        () => {
          say("Note saved.", undo);
          setDraft(null);
        },
        (error: unknown) => sayError(`The note was not saved: ${messageOf(error)}`),
      )
      .finally(() => setIsSaving(false));
  };
  if (draft === null)
    return (
      <div className={styles.note}>
        {text ? children : null}
        <div className={styles.actions}>
          <Button onClick={() => setDraft(text)}>{text ? "Edit note" : "Add a note"}</Button>
        </div>
      </div>
    );
  return (
    <form
      className={styles.note}
      onSubmit={(event) => {
        event.preventDefault();
        void save(draft, () => void save(text));
      }}
    >
      <textarea aria-label="Note, in Markdown" value={draft} onChange={(event) => setDraft(event.target.value)} />
      <div className={styles.actions}>
        <Button type="submit" look="primary" disabled={isSaving}>Save</Button>
        <Button onClick={() => setDraft(null)}>Cancel</Button>
      </div>
    </form>
  );
}
