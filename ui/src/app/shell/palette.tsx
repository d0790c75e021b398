import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { useState } from "react";

import { call } from "@/api/call";
import type { Found } from "@/api/schema.gen";
import styles from "@/app/shell/palette.module.css";
import { useCommandTable } from "@/components/commands";
import { keepRecent, recents } from "@/app/shell/recents";
import { formatAgo } from "@/format/units";
import { PATHS } from "@/url/paths";

const MOST_FOUND = 20;
const CLASSES = { contentClassName: styles["palette"] ?? "", overlayClassName: styles["shade"] ?? "" };

/** One field to go anywhere and to do anything: runs and experiments by name or id, and the page's commands. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState("");
  const [openedAt] = useState(Date.now);
  const navigate = useNavigate();
  const commands = [...useCommandTable((table) => table.commands).values()];
  const found = useFound(text);
  const words = text.toLowerCase();
  const matching = commands.filter((command) => command.words.toLowerCase().includes(words));
  const go = (one: Found) => {
    keepRecent(one);
    void navigate({ to: pathOf(one), search: one.kind === "dataset" ? { name: one.name } : {} });
  };
  const pick = (run: () => void) => () => {
    onClose();
    run();
  };
  return (
    <Command.Dialog open onOpenChange={onClose} label="Search and commands" shouldFilter={false} {...CLASSES}>
      <Command.Input value={text} onValueChange={setText} placeholder="Name or id of a run, experiment, model or dataset, or a command" />
      <Command.List className={styles.list} label="Results">
        <Command.Empty>Nothing is called that.</Command.Empty>
        {found.length ? (
          <Command.Group heading={text.trim() ? "Found" : "Lately"}>
            {found.map((one) => (
              <Command.Item key={`${one.kind} ${one.id} ${one.name}`} value={`${one.kind} ${one.id} ${one.name}`} onSelect={pick(() => go(one))}>
                <span className={styles.name}>{one.name || one.id}</span>
                <span className={styles.hint}>
                  {one.kind}{one.time_ms ? ` · ${formatAgo(one.time_ms, openedAt)}` : ""}
                </span>
              </Command.Item>
            ))}
          </Command.Group>
        ) : null}
        <Command.Group heading="Commands">
          {matching.map((command) => (
            <Command.Item key={command.name} value={`command ${command.name}`} onSelect={pick(command.run)}>
              <span className={styles.name}>{command.words}</span>
              <span className={styles.hint}>{command.keys?.[0]}</span>
            </Command.Item>
          ))}
        </Command.Group>
      </Command.List>
    </Command.Dialog>
  );
}

function useFound(text: string): readonly Found[] {
  const { data } = useQuery({
    queryKey: ["find", text],
    queryFn: ({ signal }) => call("find_anything", { text, limit: MOST_FOUND }, { signal }),
    enabled: text.trim() !== "",
    placeholderData: keepPreviousData,
  });
  return text.trim() ? (data?.found ?? []) : recents();
}

function pathOf({ kind, id }: Found): string {
  return { run: PATHS.run, experiment: PATHS.experiment, model: PATHS.loggedModel, dataset: PATHS.dataset }[kind](id);
}
