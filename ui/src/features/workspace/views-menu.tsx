import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Bookmark } from "lucide-react";
import { useMemo, useState } from "react";

import { call } from "@/api/call";
import { messageOf } from "@/api/errors";
import { useSetExperimentTag } from "@/api/preferences";
import type { View } from "@/api/schema.gen";
import { Button } from "@/components/button";
import { TextField } from "@/components/fields";
import { Dialog, Menu } from "@/components/overlays";
import { say, sayError } from "@/components/toasts";
import { ownDefault, setOwnDefault } from "@/features/workspace/use-default-view";
import styles from "@/features/workspace/workspace.module.css";
import { VIEW_TAG } from "@/url/columns";
import { useSearchTexts } from "@/url/navigation";
import type { Search } from "@/url/search";

const MARK = "saved";

/** The saved views of an experiment: open one, save what is shown, save it anew, delete it. */
export function ViewsMenu({ experimentId }: { readonly experimentId: string }) {
  const [isNaming, setIsNaming] = useState(false);
  // Nobody needs the list until it is opened, or one of it is shown.
  const [isWanted, setIsWanted] = useState(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  const shown = useSearchTexts();
  const setTag = useSetExperimentTag(useMemo(() => [experimentId], [experimentId]));
  const queryKey = ["views", experimentId];
  const { data } = useQuery({ queryKey, queryFn: ({ signal }) => call("list_views", { experiment_id: experimentId }, { signal }), enabled: isWanted || shown[MARK] !== undefined });
  const views = data?.views ?? [];
  const current = views.find(({ view_id }) => view_id === shown[MARK]);
  const state = stateOf(shown);
  const hasChanged = current !== undefined && JSON.stringify(sorted(state)) !== JSON.stringify(sorted(fieldsOf(current)));
  const refresh = () => client.invalidateQueries({ queryKey });
  const open = (view: View) => void navigate({ to: ".", search: () => ({ ...fieldsOf(view), [MARK]: view.view_id }) });
  const act = (work: Promise<unknown>, done: string, undo?: () => void) => void work.then(() => say(done, undo), (error: unknown) => sayError(messageOf(error))).then(refresh);
  const save = (name: string) =>
    act(
      call("create_view", { name, state: JSON.stringify(state), experiment_id: experimentId }).then(({ view }) => navigate({ to: ".", search: (before: Search) => ({ ...before, [MARK]: view.view_id }), replace: true })),
      `View ${name} saved.`,
    );
  const update = (view: View) => act(call("update_view", { view_id: view.view_id, based_on: view.version, state: JSON.stringify(state) }), `View ${view.name} saved anew.`);
  const remove = ({ view_id, name }: View) => act(call("delete_view", { view_id }), `View ${name} deleted.`, () => act(call("restore_view", { view_id }), `View ${name} restored.`));
  return (
    <>
      <Menu
        align="end"
        onOpenChange={() => setIsWanted(true)}
        heading={views.length ? "Saved views" : "No saved views yet"}
        trigger={
          <Button>
            <Bookmark size={14} aria-hidden /> {current?.name ?? "Views"}
            {hasChanged ? " •" : ""}
          </Button>
        }
        entries={[
          ...views.map((view) => ({ words: view.name, hint: view === current ? "shown" : "", onPick: () => open(view) })),
          ...(views.length ? [null] : []),
          { words: "Save as a new view", onPick: () => setIsNaming(true) },
          ...(current && hasChanged ? [{ words: `Save ${current.name} anew`, onPick: () => update(current) }] : []),
          ...(current
            ? [
                ownDefault(experimentId) === current.view_id
                  ? { words: "No longer open here by myself", onPick: () => setOwnDefault(experimentId, null) }
                  : { words: `Open in ${current.name} from now on`, hint: "me", onPick: () => setOwnDefault(experimentId, current.view_id) },
                { words: `Everybody opens in ${current.name}`, hint: "all", onPick: () => act(setTag(VIEW_TAG, current.view_id), `The experiment opens in ${current.name}.`, () => void setTag(VIEW_TAG, null)) },
              ]
            : []),
          ...(current ? [{ words: `Delete ${current.name}`, isDangerous: true, onPick: () => remove(current) }] : []),
        ]}
      />
      <NameDialog isOpen={isNaming} onClose={() => setIsNaming(false)} onSave={save} />
    </>
  );
}

interface NameDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onSave: (name: string) => void;
}

function NameDialog({ isOpen, onClose, onSave }: NameDialogProps) {
  const [name, setName] = useState("");
  return (
    <Dialog title="Save this view" isOpen={isOpen} onClose={onClose} width="360px">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          onSave(name.trim());
          setName("");
          onClose();
        }}
      >
        <TextField label="Name of the view" value={name} required onChange={(event) => setName(event.target.value)} />
        <Button type="submit" look="primary" disabled={!name.trim()}>Save</Button>
      </form>
    </Dialog>
  );
}

function stateOf(search: Search): Search {
  return Object.fromEntries(Object.entries(search).filter(([name]) => name !== MARK && name !== "theme"));
}

function fieldsOf(view: View): Search {
  const fields: Record<string, unknown> = JSON.parse(view.state);
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}

function sorted(search: Search): [string, string][] {
  return Object.entries(search).toSorted(([left], [right]) => (left < right ? -1 : 1));
}
