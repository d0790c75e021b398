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

/** Say which run is pointed at. */
export function hoverRun(runId: string | null): void {
  if (useHover.getState().runId !== runId) useHover.setState({ runId });
}

/** Say which x is pointed at. */
export function hoverX(x: number | null, xKind: string): void {
  useHover.setState({ x, xKind });
}
