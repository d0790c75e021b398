import { useState } from "react";

import styles from "@/app/shell/palette.module.css";
import { type Command, useCommandTable } from "@/components/commands";
import { TextField } from "@/components/fields";
import { Dialog } from "@/components/overlays";
import { groupBy } from "@/format/groups";

/** All keys that do something on this page. */
export function KeysHelp({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState("");
  const commands = [...useCommandTable((table) => table.commands).values()];
  const shown = commands.filter((command) => command.keys && command.words.toLowerCase().includes(text.toLowerCase()));
  const groups = groupBy(shown, (command) => command.group);
  return (
    <Dialog title="Keyboard shortcuts" isOpen onClose={onClose} width="720px">
      <TextField label="Find a key" isLabelHidden placeholder="Find…" value={text} onChange={(event) => setText(event.target.value)} />
      <div className={styles.keys}>
        {[...groups].map(([group, members]) => (
          <section key={group}>
            <h3>{group}</h3>
            {members.map((command) => (
              <KeyLine key={command.name} command={command} />
            ))}
          </section>
        ))}
      </div>
    </Dialog>
  );
}

function KeyLine({ command }: { readonly command: Command }) {
  return (
    <div>
      {command.words}
      <span>
        {command.keys?.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </span>
    </div>
  );
}
