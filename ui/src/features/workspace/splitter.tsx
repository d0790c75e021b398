import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";

import styles from "@/features/workspace/workspace.module.css";

interface SplitterProps {
  /** Height of the upper part in percent. */
  readonly share: number;
  readonly onChange: (share: number) => void;
  readonly upper: ReactNode;
  readonly children: ReactNode;
}

const LEAST = 15;
const MOST = 85;
const KEY_STEP = 5;

/** Two parts above each other, and a bar between them that is dragged or moved by the arrow keys. */
export function Splitter({ share, onChange, upper, children }: SplitterProps) {
  const box = useRef<HTMLDivElement>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const within = (value: number) => Math.round(Math.min(MOST, Math.max(LEAST, value)));
  const at = (event: PointerEvent) => {
    const { top, height } = box.current?.getBoundingClientRect() ?? { top: 0, height: 1 };
    return within(((event.clientY - top) / height) * 100);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowUp: -KEY_STEP, ArrowDown: KEY_STEP }[event.key];
    if (!step) return;
    event.preventDefault();
    onChange(within(share + step));
  };
  const shown = dragged ?? share;
  return (
    <div ref={box} className={styles.split}>
      <div className={styles.upper} style={{ height: `${shown}%` }}>
        {upper}
      </div>
      <div
        role="separator"
        tabIndex={0}
        aria-label="Height of the charts"
        aria-orientation="horizontal"
        aria-valuemin={LEAST}
        aria-valuemax={MOST}
        aria-valuenow={shown}
        className={styles.splitter}
        onKeyDown={onKey}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDragged(at(event));
        }}
        onPointerMove={(event) => dragged !== null && setDragged(at(event))}
        onPointerUp={() => {
          if (dragged !== null) onChange(dragged);
          setDragged(null);
        }}
      />
      <div className={styles.lower}>{children}</div>
    </div>
  );
}
