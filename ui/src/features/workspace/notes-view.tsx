import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { call } from "@/api/call";
import { messageOf } from "@/api/errors";
import { useSetExperimentTag } from "@/api/preferences";
import { experimentQuery } from "@/api/queries";
import { Button } from "@/components/button";
import { EmptyState, Skeleton } from "@/components/notices";
import { Menu } from "@/components/overlays";
import { sayError } from "@/components/toasts";
import { NoteBlocks } from "@/features/workspace/note-blocks";
import styles from "@/features/workspace/notes.module.css";
import { formatTime } from "@/format/units";
import { NOTE_TAG } from "@/url/columns";

const SETTLED_MS = 1000;

/** The page of an experiment: what people write about it, with panels and runs that stay live. */
export function NotesView({ experimentIds }: { readonly experimentIds: readonly string[] }) {
  const id = experimentIds[0] ?? "";
  const { data } = useQuery({ ...experimentQuery(id), enabled: experimentIds.length === 1 });
  if (experimentIds.length !== 1) return <EmptyState title="Notes belong to one experiment">Open an experiment to read or write its notes.</EmptyState>;
  if (!data) return <Skeleton height={320} />;
  return <Notes key={id} experimentIds={experimentIds} saved={data.experiment.tags?.find(({ key }) => key === NOTE_TAG)?.value ?? ""} />;
}

interface NotesProps {
  readonly experimentIds: readonly string[];
  readonly saved: string;
}

function Notes({ experimentIds, saved }: NotesProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? saved;
  const state = useAutosave(experimentIds, draft, saved);
  return (
    <div className={styles.page}>
      <div className={styles.bar}>
        {draft === null ? <Button onClick={() => setDraft(saved)}>{saved ? "Edit" : "Write"}</Button> : <Button look="primary" disabled={state === "saving"} onClick={() => setDraft(null)}>Done</Button>}
        <History experimentId={experimentIds[0] ?? ""} onPick={setDraft} />
        <output className={styles.state}>{draft === null ? "" : state}</output>
      </div>
      <div className={styles.columns} data-editing={draft !== null || undefined}>
        {draft === null ? null : <textarea aria-label="Notes, in Markdown" value={draft} onChange={(event) => setDraft(event.target.value)} spellCheck />}
        {text ? (
          <NoteBlocks text={text} experimentIds={experimentIds} />
        ) : (
          <EmptyState title="No notes yet">
            <p>Markdown. A run as <code>[[run:its id]]</code>, a chart as a block:</p>
            <pre>{'```panel\n{"panel": "val_acc", "q": "params.solver = \'adam\'"}\n```'}</pre>
          </EmptyState>
        )}
      </div>
    </div>
  );
}

/** Save a draft when nobody has typed for a second, and when the page is left; return how it stands. */
function useAutosave(experimentIds: readonly string[], draft: string | null, saved: string): string {
  const setTag = useSetExperimentTag(experimentIds);
  const [last, setLast] = useState({ draft: saved, words: "saved" });
  const pending = useRef<string | null>(null);
  useEffect(() => {
    if (draft === null || draft === saved) {
      pending.current = null;
      return undefined;
    }
    pending.current = draft;
    const timer = setTimeout(() => {
      setLast({ draft, words: "saving" });
      setTag(NOTE_TAG, draft).then(
        () => setLast({ draft, words: "saved" }),
        (error: unknown) => {
          setLast({ draft, words: "not saved" });
          sayError(`The notes were not saved: ${messageOf(error)}`);
        },
      );
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [draft, saved, setTag]);
  useEffect(
    () => () => {
      if (pending.current !== null) void setTag(NOTE_TAG, pending.current).catch((error: unknown) => sayError(messageOf(error)));
    },
    [setTag],
  );
  return last.draft === draft ? last.words : draft === saved ? "saved" : "not saved yet";
}

function History({ experimentId, onPick }: { readonly experimentId: string; readonly onPick: (text: string) => void }) {
  const [isWanted, setIsWanted] = useState(false);
  const { data } = useQuery({ queryKey: ["note-versions", experimentId], queryFn: ({ signal }) => call("list_note_versions", { experiment_id: experimentId }, { signal }), enabled: isWanted, staleTime: 0 });
  const versions = data?.versions ?? [];
  return (
    <Menu
      trigger={<Button look="quiet">History</Button>}
      heading={versions.length ? "Bring back what it said" : "Nothing was saved before"}
      onOpenChange={setIsWanted}
      entries={versions.map(({ version, saved_ms, text }) => ({ words: `${version}: ${text.trim().split("\n")[0]?.slice(0, 40) || "(empty)"}`, hint: formatTime(saved_ms), onPick: () => onPick(text) }))}
    />
  );
}
