import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState } from "react";

import type { ColumnStatistics } from "@/api/schema.gen";
import type { TableColumn } from "@/features/workspace/columns";
import { type CellStyle, lookOf } from "@/features/workspace/table/cell-words";
import { GridHead, HEAD_HEIGHT, type HeadActions } from "@/features/workspace/table/grid-head";
import styles from "@/features/workspace/table/grid.module.css";
import { GridRow, type PlacedColumn, TOOLS_WIDTH } from "@/features/workspace/table/grid-row";
import { useSelection } from "@/features/workspace/table/selection";
import type { RunRow, RunRows } from "@/features/workspace/use-runs";

interface RunsGridProps {
  readonly data: RunRows;
  readonly columns: readonly TableColumn[];
  readonly pinned: readonly string[];
  readonly rowHeight: number;
  readonly shown: readonly string[];
  readonly base: RunRow | undefined;
  readonly actions: HeadActions;
  readonly facts: ReadonlyMap<string, ColumnStatistics>;
  readonly styleOf: (column: string) => CellStyle;
  /** Called with the first row in view, so that the rows around it can be fetched. */
  readonly onView: (first: number) => void;
  readonly onToggleShown: (runId: string) => void;
}

const OVERSCAN = 8;
/** Browsers cap the height of elements; beyond it rows are scrolled to by share. */
const MOST_PIXELS = 15_000_000;

/** The table of runs: what is not in view is not there, in either direction. */
export function RunsGrid({ data, columns, pinned, rowHeight, shown, base, actions, facts, styleOf, onView, onToggleShown }: RunsGridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [nowMs] = useState(Date.now);
  const { placed, width } = useMemo(() => placeColumns(columns, pinned), [columns, pinned]);
  const free = useMemo(() => placed.filter(({ isPinned }) => !isPinned), [placed]);
  const height = Math.min(rowHeight, MOST_PIXELS / Math.max(1, data.total));
  const rows = useVirtualizer({ count: data.total, getScrollElement: () => scroller.current, estimateSize: () => height, overscan: height < rowHeight ? 0 : OVERSCAN });
  const across = useVirtualizer({ horizontal: true, count: free.length, getScrollElement: () => scroller.current, estimateSize: (place) => free[place]?.column.width ?? 0, overscan: 3 });
  useEffect(() => {
    rows.measure();
    across.measure();
  }, [rows, across, height, free]);
  const first = rows.range?.startIndex ?? 0;
  useEffect(() => onView(first), [first, onView]);
  useFollowedRow(rows.scrollToIndex, scroller);
  // The same array as long as the same columns are in view: rows are drawn anew only when theirs change.
  const columnsInView = across.getVirtualItems();
  const [from, to] = [columnsInView[0]?.index ?? 0, (columnsInView.at(-1)?.index ?? -1) + 1];
  const visible = useMemo(() => [...placed.filter(({ isPinned }) => isPinned), ...free.slice(from, to)], [placed, free, from, to]);
  const looks = useMemo(() => new Map(columns.map((column) => [column.name, lookOf(column, data.rows, facts.get(column.name), data.rows.length === data.total, styleOf(column.name))])), [columns, data.rows, data.total, facts, styleOf]);
  const slots = useMemo(() => new Map(shown.map((runId, slot) => [runId, slot])), [shown]);
  const items = height < rowHeight ? spread(first, data.total, scroller.current?.clientHeight ?? 600, rowHeight) : rows.getVirtualItems().map(({ index, start }) => ({ index, start }));
  const top = scroller.current?.scrollTop ?? 0;
  return (
    <div ref={scroller} role="grid" aria-label="Runs" aria-rowcount={data.total + 1} aria-colcount={columns.length + 1} className={styles.grid} tabIndex={0}>
      <GridHead columns={visible} width={width} actions={actions} facts={facts} styleOf={styleOf} />
      <div role="rowgroup" className={styles.body} style={{ height: rows.getTotalSize(), width }}>
        {items.map(({ index, start }) => {
          const row = data.rows[index - data.offset];
          return (
            <GridRow
              key={row?.id ?? `row ${index}`}
              row={row}
              index={index}
              top={start >= 0 ? start : top - start - 1}
              height={rowHeight}
              columns={visible}
              looks={looks}
              slot={row ? (slots.get(row.id) ?? -1) : -1}
              base={base}
              nowMs={nowMs}
              onToggleShown={onToggleShown}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Rows from `first` on at their full height, where the place of each on the whole page would be less than that. */
function spread(first: number, total: number, height: number, rowHeight: number): { index: number; start: number }[] {
  const count = Math.min(total - first, Math.ceil((height - HEAD_HEIGHT) / rowHeight) + 1);
  // Negative starts are relative to what is scrolled to.
  return Array.from({ length: count }, (_, place) => ({ index: first + place, start: -place * rowHeight - 1 }));
}

function placeColumns(columns: readonly TableColumn[], pinned: readonly string[]): { placed: PlacedColumn[]; width: number } {
  const isPinned = ({ name }: TableColumn) => name === "attributes.run_name" || pinned.includes(name);
  let left = TOOLS_WIDTH;
  const placed = [...columns.filter(isPinned), ...columns.filter((column) => !isPinned(column))].map((column) => {
    const one = { column, left, isPinned: isPinned(column) };
    left += column.width;
    return one;
  });
  return { placed, width: left };
}

/** Keep the row at which the keyboard is in view, and focused where the focus was in the table. */
function useFollowedRow(scrollToIndex: (index: number) => void, scroller: React.RefObject<HTMLDivElement | null>): void {
  const active = useSelection((selection) => selection.active);
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    scrollToIndex(active);
    const frame = requestAnimationFrame(() => {
      if (scroller.current?.contains(document.activeElement)) scroller.current.querySelector<HTMLElement>("[data-active]")?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [active, scrollToIndex, scroller]);
}
