import { ArrowDown, ArrowUp } from "lucide-react";
import { memo } from "react";

import type { ColumnStatistics } from "@/api/schema.gen";
import { nextSort } from "@/features/workspace/columns";
import type { CellStyle } from "@/features/workspace/table/cell-words";
import styles from "@/features/workspace/table/grid.module.css";
import { type PlacedColumn, TOOLS_WIDTH } from "@/features/workspace/table/grid-row";
import { HeadMenu } from "@/features/workspace/table/head-menu";
import { WidthHandle } from "@/features/workspace/table/width-handle";

export const HEAD_HEIGHT = 47;

export interface HeadActions {
  readonly experimentIds: readonly string[];
  readonly filter: string;
  readonly sort: readonly string[];
  readonly onSort: (sort: readonly string[]) => void;
  readonly onFilter: (clause: string) => void;
  readonly onPin: (column: string) => void;
  readonly onHide: (column: string) => void;
  /** Called to put a column before another; after all when that is empty. */
  readonly onMove: (column: string, before: string) => void;
  readonly onWidth: (column: string, width: number) => void;
  readonly onStyle: (column: string, style: CellStyle) => void;
}

interface GridHeadProps {
  readonly columns: readonly PlacedColumn[];
  readonly width: number;
  readonly actions: HeadActions;
  readonly facts: ReadonlyMap<string, ColumnStatistics>;
  readonly styleOf: (column: string) => CellStyle;
}

const ARROWS = { lower: "↓", higher: "↑" } as const;
const DRAGGED = "application/x-assay-column";

/** The heads of all columns; scrolling down draws none of them anew. */
export const GridHead = memo(function GridHead({ columns, width, actions, facts, styleOf }: GridHeadProps) {
  return (
    <div role="row" aria-rowindex={1} className={styles.head} style={{ width, height: HEAD_HEIGHT }}>
      <div role="columnheader" className={`${styles.headCell} ${styles.pinned}`} style={{ left: 0, width: TOOLS_WIDTH }}>
        <span className="visually-hidden">Select and draw</span>
      </div>
      {columns.map((placed, place) => (
        <HeadCell key={placed.column.name} placed={placed} actions={actions} facts={facts.get(placed.column.name)} style={styleOf(placed.column.name)} left={columns[place - 1]?.column.name} right={columns[place + 2]?.column.name ?? ""} />
      ))}
    </div>
  );
});

interface HeadCellProps {
  readonly placed: PlacedColumn;
  readonly actions: HeadActions;
  readonly facts: ColumnStatistics | undefined;
  readonly style: CellStyle;
  /** The column before which this one comes when it moves left, or right. */
  readonly left: string | undefined;
  readonly right: string;
}

function HeadCell({ placed, actions, facts, style, left: before, right: after }: HeadCellProps) {
  const { column, left, isPinned } = placed;
  const { sort, onSort } = actions;
  const place = sort.findIndex((name) => name.replace(/^-/, "") === column.name);
  const isDown = sort[place]?.startsWith("-");
  const order = place < 0 ? "none" : isDown ? "descending" : "ascending";
  const where = isPinned ? { left, width: column.width } : { width: column.width, position: "absolute" as const, left };
  return (
    <div
      role="columnheader"
      aria-sort={order}
      tabIndex={-1}
      className={`${styles.headCell} ${isPinned ? styles.pinned : ""} ${column.isNumeric ? styles.headNumber : ""}`}
      style={where}
      title={column.name}
      draggable
      onDragStart={(event) => event.dataTransfer.setData(DRAGGED, column.name)}
      onDragOver={(event) => event.dataTransfer.types.includes(DRAGGED) && event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const moved = event.dataTransfer.getData(DRAGGED);
        if (moved && moved !== column.name) actions.onMove(moved, column.name);
      }}
    >
      <button type="button" className={styles.sort} onClick={(event) => onSort(nextSort(sort, column, event.shiftKey))}>
        <span>
          {column.title}
          {column.kind === "metric" && column.direction ? ` ${ARROWS[column.direction]}` : ""}
        </span>
        {place < 0 ? null : isDown ? <ArrowDown size={12} aria-hidden /> : <ArrowUp size={12} aria-hidden />}
        {place >= 0 && sort.length > 1 ? <small>{place + 1}</small> : null}
      </button>
      {facts ? <Spread facts={facts} width={column.width - 16} /> : null}
      <HeadMenu column={column} actions={actions} isPinned={isPinned} style={style} left={before} right={after} />
      <WidthHandle name={column.title} width={column.width} onWidth={(width) => actions.onWidth(column.name, width)} />
    </div>
  );
}

const SPREAD_HEIGHT = 10;

/** How the values of a column are spread, as small bars. */
function Spread({ facts, width }: { readonly facts: ColumnStatistics; readonly width: number }) {
  const most = Math.max(0, ...facts.counts);
  if (!most || facts.counts.length < 2) return null;
  const step = width / facts.counts.length;
  return (
    <svg className={styles.spread} width={width} height={SPREAD_HEIGHT} aria-hidden>
      {facts.counts.map((count, place) => {
        const height = count ? Math.max(1, (count / most) * SPREAD_HEIGHT) : 0;
        return <rect key={facts.edges[place]} x={place * step} y={SPREAD_HEIGHT - height} width={Math.max(1, step - 1)} height={height} />;
      })}
    </svg>
  );
}
