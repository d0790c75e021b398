import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { useState } from "react";

import { call } from "@/api/call";
import type { Found } from "@/api/schema.gen";
import styles from "@/app/shell/palette.module.css";
import { useCommandTable } from "@/components/commands";
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
  const pick = (run: () => void) => () => {
    onClose();
    run();
  };
  return (
    <Command.Dialog open onOpenChange={onClose} label="Search and commands" shouldFilter={false} {...CLASSES}>
      <Command.Input value={text} onValueChange={setText} placeholder="Name or id of a run or experiment, or a command" />
      <Command.List className={styles.list} label="Results">
        <Command.Empty>Nothing is called that.</Command.Empty>
        {found.length ? (
          <Command.Group heading="Runs and experiments">
            {found.map((one) => (
              <Command.Item key={`${one.kind} ${one.id}`} value={`${one.kind} ${one.id}`} onSelect={pick(() => void navigate({ to: pathOf(one) }))}>
                <span className={styles.name}>{one.name || one.id}</span>
                <span className={styles.hint}>
                  {one.kind} · {formatAgo(one.time_ms, openedAt)}
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
  return text.trim() ? (data?.found ?? []) : [];
}

function pathOf({ kind, id }: Found): string {
  return kind === "run" ? PATHS.run(id) : PATHS.experiment(id);
}
