import { ArrowDown, ArrowUp, ChevronDown } from "lucide-react";
import { useState } from "react";

import { Button, IconButton } from "@/components/button";
import { Popover } from "@/components/overlays";
import { nextSort, type TableColumn } from "@/features/workspace/columns";
import { ColumnStatistics } from "@/features/workspace/table/column-statistics";
import styles from "@/features/workspace/table/grid.module.css";
import { MetricPreferences } from "@/features/workspace/table/metric-preferences";
import { type PlacedColumn, TOOLS_WIDTH } from "@/features/workspace/table/grid-row";

export interface HeadActions {
  readonly experimentIds: readonly string[];
  readonly filter: string;
  readonly sort: readonly string[];
  readonly onSort: (sort: readonly string[]) => void;
  readonly onFilter: (clause: string) => void;
  readonly onPin: (column: string) => void;
  readonly onHide: (column: string) => void;
}

const ARROWS = { lower: "↓", higher: "↑" } as const;

/** The heads of all columns. */
export function GridHead({ columns, width, actions }: { readonly columns: readonly PlacedColumn[]; readonly width: number; readonly actions: HeadActions }) {
  return (
    <div role="row" aria-rowindex={1} className={styles.head} style={{ width, height: 33 }}>
      <div role="columnheader" className={`${styles.headCell} ${styles.pinned}`} style={{ left: 0, width: TOOLS_WIDTH }}>
        <span className="visually-hidden">Select and draw</span>
      </div>
      {columns.map((placed) => (
        <HeadCell key={placed.column.name} placed={placed} actions={actions} />
      ))}
    </div>
  );
}

function HeadCell({ placed, actions }: { readonly placed: PlacedColumn; readonly actions: HeadActions }) {
  const { column, left, isPinned } = placed;
  const { sort, onSort } = actions;
  const place = sort.findIndex((name) => name.replace(/^-/, "") === column.name);
  const isDown = sort[place]?.startsWith("-");
  const order = place < 0 ? "none" : isDown ? "descending" : "ascending";
  const style = isPinned ? { left, width: column.width } : { width: column.width, position: "absolute" as const, left };
  return (
    <div role="columnheader" aria-sort={order} className={`${styles.headCell} ${isPinned ? styles.pinned : ""} ${column.isNumeric ? styles.headNumber : ""}`} style={style} title={column.name}>
      <button type="button" className={styles.sort} onClick={(event) => onSort(nextSort(sort, column, event.shiftKey))}>
        <span>
          {column.title}
          {column.kind === "metric" && column.direction ? ` ${ARROWS[column.direction]}` : ""}
        </span>
        {place < 0 ? null : isDown ? <ArrowDown size={12} aria-hidden /> : <ArrowUp size={12} aria-hidden />}
        {place >= 0 && sort.length > 1 ? <small>{place + 1}</small> : null}
      </button>
      <HeadMenu column={column} actions={actions} isPinned={isPinned} />
    </div>
  );
}

function HeadMenu({ column, actions, isPinned }: { readonly column: TableColumn; readonly actions: HeadActions; readonly isPinned: boolean }) {
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
        </div>
        {column.kind === "metric" ? <MetricPreferences metric={column.title.replace(/\.(min|max|first|last|mean|std|count)$/, "")} direction={column.direction} experimentIds={actions.experimentIds} onDone={() => setIsOpen(false)} /> : null}
        {column.kind === "metric" || column.kind === "param" || column.kind === "tag" ? (
          <ColumnStatistics column={column} experimentIds={actions.experimentIds} filter={actions.filter} onFilter={(clause) => doThen(() => actions.onFilter(clause))()} />
        ) : null}
      </div>
    </Popover>
  );
}
