import { ChevronDown } from "lucide-react";
import { useState } from "react";

import { Button, IconButton } from "@/components/button";
import { Segments } from "@/components/fields";
import { Popover } from "@/components/overlays";
import type { TableColumn } from "@/features/workspace/columns";
import type { CellStyle } from "@/features/workspace/table/cell-words";
import { ColumnStatistics } from "@/features/workspace/table/column-statistics";
import type { HeadActions } from "@/features/workspace/table/grid-head";
import styles from "@/features/workspace/table/grid.module.css";
import { MetricPreferences } from "@/features/workspace/table/metric-preferences";

interface HeadMenuProps {
  readonly column: TableColumn;
  readonly actions: HeadActions;
  readonly isPinned: boolean;
  readonly style: CellStyle;
  readonly left: string | undefined;
  readonly right: string;
}

const STYLES = [["plain", "Plain"], ["heat", "Heat"], ["bar", "Bars"]] as const;
const AGGREGATE = /\.(min|max|first|last|mean|std|count)$/;

/** Everything that can be known and done of a column. */
export function HeadMenu({ column, actions, isPinned, style, left, right }: HeadMenuProps) {
  const [isOpen, setIsOpen] = useState(false);
  const doThen = (act: () => void) => () => {
    act();
    setIsOpen(false);
  };
  return (
    <Popover
      label={`Column ${column.title}`}
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      trigger={
        <IconButton label={`About the column ${column.title}`} className={styles.more}>
          <ChevronDown size={14} aria-hidden />
        </IconButton>
      }
    >
      <div className={styles.stats}>
        <h3>{column.title}</h3>
        <div className={styles.row2}>
          <Button onClick={doThen(() => actions.onSort([column.name]))}>Sort ↑</Button>
          <Button onClick={doThen(() => actions.onSort([`-${column.name}`]))}>Sort ↓</Button>
          <Button onClick={doThen(() => actions.onPin(column.name))}>{isPinned ? "Unpin" : "Pin"}</Button>
          <Button onClick={doThen(() => actions.onHide(column.name))}>Hide</Button>
          <Button disabled={left === undefined} aria-label="Move left" onClick={() => left !== undefined && actions.onMove(column.name, left)}>←</Button>
          <Button aria-label="Move right" onClick={() => actions.onMove(column.name, right)}>→</Button>
        </div>
        {column.isNumeric ? <Segments label="How cells look" options={STYLES} value={style} onPick={(picked) => actions.onStyle(column.name, picked)} /> : null}
        {column.kind === "metric" ? <MetricPreferences metric={column.title.replace(AGGREGATE, "")} direction={column.direction} experimentIds={actions.experimentIds} onDone={() => setIsOpen(false)} /> : null}
        {column.kind === "metric" || column.kind === "param" || column.kind === "tag" ? (
          <ColumnStatistics column={column} experimentIds={actions.experimentIds} filter={actions.filter} onFilter={(clause) => doThen(() => actions.onFilter(clause))()} />
        ) : null}
      </div>
    </Popover>
  );
}
