import { create } from "zustand";

/** Where the pointer is, shared by all panels and the table; ephemeral, so not in the address. */
interface Hover {
  /** The run that is pointed at. */
  readonly runId: string | null;
  /** The x that is pointed at, in units of `xKind`. */
  readonly x: number | null;
  readonly xKind: string;
}

export const useHover = create<Hover>(() => ({ runId: null, x: null, xKind: "step" }));

/** How long the pointer must stay: what it only passes over is not worth drawing every chart anew. */
const SETTLED_MS = 50;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Say which run is pointed at; it counts when the pointer has stayed for a moment. */
export function hoverRun(runId: string | null): void {
  clearTimeout(timer);
  if (useHover.getState().runId !== runId) timer = setTimeout(() => useHover.setState({ runId }), SETTLED_MS);
}

/** Say which x is pointed at. */
export function hoverX(x: number | null, xKind: string): void {
  useHover.setState({ x, xKind });
}
