import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { slotToken } from "@/charts/palette";
import { call } from "@/api/call";
import { messageOf } from "@/api/errors";
import { Button } from "@/components/button";
import { useCommands } from "@/components/commands";
import { TextField } from "@/components/fields";
import { Dialog, Menu } from "@/components/overlays";
import { say, sayError } from "@/components/toasts";
import { clearSelected, useSelection } from "@/features/workspace/table/selection";
import styles from "@/features/workspace/workspace.module.css";
import { counted } from "@/format/names";
import { starRun } from "@/live/stars";
import { COLOUR_TAG } from "@/url/columns";
import { PATHS } from "@/url/paths";

interface SelectionBarProps {
  readonly base: string;
  readonly onDraw: (runIds: readonly string[]) => void;
  readonly onBase: (runId: string) => void;
}

const MOST_COMPARED = 50;
/** What the hues of the palette are called. */
const COLOURS = ["Blue", "Orange", "Green", "Violet", "Teal", "Red", "Pink", "Grey"];

/** What can be done with the runs that are ticked. */
export function SelectionBar({ base, onDraw, onBase }: SelectionBarProps) {
  const selected = useSelection((selection) => selection.selected);
  const [isTagging, setIsTagging] = useState(false);
  const navigate = useNavigate();
  const runIds = [...selected];
  const change = useRunChanges();
  const compare = () => {
    if (runIds.length < 2) return;
    const based = base && runIds.includes(base) ? { base } : {};
    void navigate({ to: PATHS.compare, search: { runs: runIds.slice(0, MOST_COMPARED).join(","), ...based } });
  };
  useCommands([
    { name: "compare", words: "Compare selected runs", group: "Runs", keys: ["c"], run: compare },
    { name: "tag", words: "Tag selected runs", group: "Runs", keys: ["t"], run: () => setIsTagging(runIds.length > 0) },
    { name: "only", words: "Draw only the selected runs", group: "Runs", keys: ["Shift+v"], run: () => runIds.length && onDraw(runIds) },
    { name: "clear-selection", words: "Clear the selection", group: "Runs", keys: ["Escape"], run: clearSelected },
  ]);
  if (!runIds.length) return null;
  return (
    <div className={styles.selection} role="toolbar" aria-label="Selected runs">
      <strong>{counted(runIds.length, "run")} selected</strong>
      <Button look="primary" disabled={runIds.length < 2} onClick={compare}>
        {runIds.length > MOST_COMPARED ? `Compare the first ${MOST_COMPARED}` : "Compare"}
      </Button>
      <Button onClick={() => onDraw(runIds)}>Draw only these</Button>
      <Button disabled={runIds.length !== 1} onClick={() => onBase(runIds[0] === base ? "" : (runIds[0] ?? ""))}>
        {runIds[0] === base && runIds.length === 1 ? "No baseline" : "Set as baseline"}
      </Button>
      <Button onClick={() => setIsTagging(true)}>Tag</Button>
      <Button onClick={() => void change.star(runIds, true)}>Star</Button>
      <Menu
        heading="Colour, for everybody"
        trigger={<Button>Colour</Button>}
        entries={[
          ...COLOURS.map((words, slot) => ({ words, icon: <span className={styles.swatch} style={{ background: slotToken(slot) }} />, onPick: () => void change.colour(runIds, String(slot)) })),
          null,
          { words: "As they come", onPick: () => void change.colour(runIds, "") },
          { words: "Take the stars away", onPick: () => void change.star(runIds, false) },
        ]}
      />
      <Button look="danger" onClick={() => void change.remove(runIds)}>Delete</Button>
      <Button look="quiet" onClick={clearSelected}>Clear</Button>
      <TagDialog isOpen={isTagging} onClose={() => setIsTagging(false)} onTag={(key, value) => void change.tag(runIds, key, value)} />
    </div>
  );
}

function useRunChanges() {
  const client = useQueryClient();
  const refresh = () => Promise.all([client.invalidateQueries({ queryKey: ["runs"] }), client.invalidateQueries({ queryKey: ["keys"] })]);
  const each = async (runIds: readonly string[], act: (runId: string) => Promise<unknown>, done: string, undo?: () => void) => {
    const results = await Promise.allSettled(runIds.map(act));
    const failed = results.filter((result) => result.status === "rejected");
    if (failed[0]) sayError(`${failed.length} of ${runIds.length} failed: ${messageOf(failed[0].reason)}`);
    if (failed.length < runIds.length) say(done, undo);
    await refresh();
  };
  const restore = (runIds: readonly string[]) => each(runIds, (run_id) => call("restore_run", { run_id }), `${counted(runIds.length, "run")} restored.`);
  return {
    remove: async (runIds: readonly string[]) => {
      await each(runIds, (run_id) => call("delete_run", { run_id }), `${counted(runIds.length, "run")} deleted.`, () => void restore(runIds));
      clearSelected();
    },
    star: (runIds: readonly string[], isOn: boolean) => each(runIds, (runId) => starRun(runId, isOn), isOn ? `${counted(runIds.length, "run")} starred.` : "Stars taken away."),
    colour: (runIds: readonly string[], slot: string) => each(runIds, (run_id) => call("set_tag", { run_id, key: COLOUR_TAG, value: slot }), `Colour of ${counted(runIds.length, "run")} ${slot ? "fixed" : "free"}.`),
    tag: (runIds: readonly string[], key: string, value: string) => each(runIds, (run_id) => call("set_tag", { run_id, key, value }), `${counted(runIds.length, "run")} tagged.`),
  };
}

interface TagDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onTag: (key: string, value: string) => void;
}

function TagDialog({ isOpen, onClose, onTag }: TagDialogProps) {
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  return (
    <Dialog title="Tag runs" isOpen={isOpen} onClose={onClose} width="360px">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          onTag(key.trim(), value);
          onClose();
        }}
      >
        <TextField label="Key" value={key} required onChange={(event) => setKey(event.target.value)} />
        <TextField label="Value" value={value} onChange={(event) => setValue(event.target.value)} />
        <Button type="submit" look="primary" disabled={key.trim() === ""}>Tag</Button>
      </form>
    </Dialog>
  );
}
