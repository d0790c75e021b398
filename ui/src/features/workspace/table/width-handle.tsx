import { type PointerEvent, useRef } from "react";

import styles from "@/features/workspace/table/grid.module.css";

interface WidthHandleProps {
  readonly name: string;
  readonly width: number;
  readonly onWidth: (width: number) => void;
}

const LEAST = 48;
const MOST = 640;
const STEP = 16;

/** The right edge of a column: dragged, or moved with the arrow keys. */
export function WidthHandle({ name, width, onWidth }: WidthHandleProps) {
  const from = useRef<{ readonly x: number; readonly width: number }>(null);
  const set = (next: number) => onWidth(Math.round(Math.min(MOST, Math.max(LEAST, next))));
  const move = (event: PointerEvent) => {
    if (from.current) set(from.current.width + event.clientX - from.current.x);
  };
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${name}`}
      aria-valuenow={width}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      tabIndex={0}
      className={styles.handle}
      draggable
      onDragStart={(event) => {
        // The head may be dragged elsewhere; its edge may not.
        event.preventDefault();
        event.stopPropagation();
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { x: event.clientX, width };
      }}
      onPointerMove={move}
      onPointerUp={(event) => {
        move(event);
        from.current = null;
      }}
      onKeyDown={(event) => {
        const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
        if (step) {
          event.preventDefault();
          event.stopPropagation();
          set(width + step);
        }
      }}
    />
  );
}
