import { Layers } from "lucide-react";

import { Button } from "@/components/button";
import { Checkbox } from "@/components/fields";
import { Popover } from "@/components/overlays";
import type { KeyTable } from "@/features/workspace/columns";
import styles from "@/features/workspace/table/grid.module.css";
import { columnName } from "@/url/columns";

interface GroupPickerProps {
  readonly keys: KeyTable;
  readonly by: readonly string[];
  readonly onPick: (by: readonly string[]) => void;
}

const MOST_LISTED = 60;

/** By which columns the rows of the table are grouped. */
export function GroupPicker({ keys, by, onPick }: GroupPickerProps) {
  const names = [...keys.params.filter(({ varies }) => varies).map(({ name }) => columnName("params", name)), "attributes.status", "attributes.user_id", ...keys.tags.filter(({ varies, name }) => varies && !/^(mlflow|assay)\./.test(name)).map(({ name }) => columnName("tags", name))];
  const toggle = (name: string) => onPick(by.includes(name) ? by.filter((one) => one !== name) : [...by, name]);
  return (
    <Popover label="Group rows" align="end" trigger={<Button aria-pressed={by.length > 0}><Layers size={14} aria-hidden /> Rows by{by.length ? ` ${by.length}` : ""}</Button>}>
      <div className={styles.picker}>
        {names.length > 2 ? null : <p>All runs have the same parameters.</p>}
        <div className={styles.pickerList}>
          {names.slice(0, MOST_LISTED).map((name) => (
            <div key={name} className={styles.pickerRow}>
              <Checkbox checked={by.includes(name)} onToggle={() => toggle(name)}>{name}</Checkbox>
            </div>
          ))}
        </div>
        <Button disabled={!by.length} onClick={() => onPick([])}>One row a run</Button>
      </div>
    </Popover>
  );
}
