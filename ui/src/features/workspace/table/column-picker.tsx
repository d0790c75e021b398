import { Columns3 } from "lucide-react";
import { useState } from "react";

import type { KeySummary } from "@/api/schema.gen";
import { Button } from "@/components/button";
import { Checkbox, Segments, Select, TextField } from "@/components/fields";
import { Popover } from "@/components/overlays";
import { DURATION, type KeyTable } from "@/features/workspace/columns";
import styles from "@/features/workspace/table/grid.module.css";
import { formatCount } from "@/format/numbers";
import { columnName } from "@/url/columns";

interface ColumnPickerProps {
  readonly keys: KeyTable;
  readonly total: number;
  readonly chosen: readonly string[];
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
  readonly onChoose: (columns: readonly string[]) => void;
  readonly density: RowHeight;
  readonly onDensity: (height: RowHeight) => void;
}

type RowHeight = "24" | "28" | "36";
const DENSITIES = [["24", "Dense rows"], ["28", "Normal"], ["36", "Airy"]] as const;

const ATTRIBUTES = [["attributes.run_name", "Name"], ["attributes.status", "Status"], ["attributes.start_time", "Created"], [DURATION, "Duration"], ["attributes.user_id", "User"], ["attributes.run_id", "Id"]] as const;
const AGGREGATES = [["", "last"], ["min", "min"], ["max", "max"], ["first", "first"], ["mean", "mean"]] as const;
const MOST_LISTED = 200;

/** Which columns there are: found by a part of the name or a `/pattern/`, alone or all that were found. */
export function ColumnPicker({ keys, total, chosen, isOpen, onOpenChange, onChoose, density, onDensity }: ColumnPickerProps) {
  const [text, setText] = useState("");
  const [isVaryingOnly, setIsVaryingOnly] = useState(false);
  const [aggregate, setAggregate] = useState("");
  const matches = matcher(text);
  const fits = (key: KeySummary) => matches(key.name) && (!isVaryingOnly || key.varies);
  const groups = [
    { title: "Metrics", kind: "metrics" as const, members: keys.metrics.filter(fits) },
    { title: "Params", kind: "params" as const, members: keys.params.filter(fits) },
    { title: "Tags", kind: "tags" as const, members: keys.tags.filter(fits) },
  ];
  const nameOf = (kind: "metrics" | "params" | "tags", key: string) => (kind === "metrics" && aggregate ? `${columnName(kind, key)}.${aggregate}` : columnName(kind, key));
  const toggle = (name: string) => onChoose(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]);
  const found = groups.flatMap(({ kind, members }) => members.map(({ name }) => nameOf(kind, name)));
  return (
    <Popover label="Columns" isOpen={isOpen} onOpenChange={onOpenChange} align="end" trigger={<Button><Columns3 size={14} aria-hidden /> Columns</Button>}>
      <div className={styles.picker}>
        <TextField label="Find columns" isLabelHidden type="search" placeholder="Find, or /pattern/" value={text} onChange={(event) => setText(event.target.value)} />
        <div className={styles.row2}>
          <Checkbox checked={isVaryingOnly} onToggle={setIsVaryingOnly}>Only what varies</Checkbox>
          <Select label="Metrics as" isLabelHidden value={aggregate} options={AGGREGATES} onPick={setAggregate} />
        </div>
        <div className={styles.row2}>
          <Button disabled={!found.length} onClick={() => onChoose([...new Set([...chosen, ...found.slice(0, MOST_LISTED)])])}>Show all found</Button>
          <Button disabled={!found.length} onClick={() => onChoose(chosen.filter((name) => !found.includes(name)))}>Hide all found</Button>
          <Button onClick={() => onChoose([])}>Reset</Button>
        </div>
        <Segments label="Height of rows" options={DENSITIES} value={density} onPick={onDensity} />
        <div className={styles.pickerList}>
          <h3>Attributes</h3>
          {ATTRIBUTES.filter(([, title]) => matches(title)).map(([name, title]) => (
            <PickerRow key={name} title={title} note="" isChosen={chosen.includes(name)} onToggle={() => toggle(name)} />
          ))}
          {groups.map(({ title, kind, members }) => (
            <section key={kind}>
              {members.length ? <h3>{`${title} (${formatCount(members.length)})`}</h3> : null}
              {members.slice(0, MOST_LISTED).map((key) => {
                const name = nameOf(kind, key.name);
                const note = key.varies ? (key.n_runs < total ? `in ${formatCount(key.n_runs)}` : "") : `always ${String(key.value ?? "").slice(0, 14)}`;
                return <PickerRow key={name} title={key.name} note={note} isChosen={chosen.includes(name)} onToggle={() => toggle(name)} />;
              })}
              {members.length > MOST_LISTED ? <p>{`${formatCount(members.length - MOST_LISTED)} more; type to find them.`}</p> : null}
            </section>
          ))}
        </div>
      </div>
    </Popover>
  );
}

interface PickerRowProps {
  readonly title: string;
  readonly note: string;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
}

function PickerRow({ title, note, isChosen, onToggle }: PickerRowProps) {
  return (
    <div className={styles.pickerRow}>
      <Checkbox checked={isChosen} onToggle={onToggle}>{title}</Checkbox>
      <small>{note}</small>
    </div>
  );
}

function matcher(text: string): (name: string) => boolean {
  const pattern = /^\/(.+)\/$/.exec(text)?.[1];
  try {
    if (pattern) {
      const expression = new RegExp(pattern, "i");
      return (name) => expression.test(name);
    }
  } catch {
    return () => false;
  }
  return (name) => name.toLowerCase().includes(text.toLowerCase());
}
