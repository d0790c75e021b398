import { create } from "zustand";

interface Selection {
  readonly selected: ReadonlySet<string>;
  /** Row at which the keyboard is. */
  readonly active: number;
}

/** Which runs are ticked, and at which row the keyboard is; ephemeral, so not in the address. */
export const useSelection = create<Selection>(() => ({ selected: new Set(), active: 0 }));

/** Tick a run, or untick it. */
export function toggleSelected(runId: string): void {
  useSelection.setState(({ selected }) => {
    const next = new Set(selected);
    if (!next.delete(runId)) next.add(runId);
    return { selected: next };
  });
}

/** Tick runs beside those that are. */
export function addSelected(runIds: readonly string[]): void {
  useSelection.setState(({ selected }) => ({ selected: new Set([...selected, ...runIds]) }));
}

/** Untick all. */
export function clearSelected(): void {
  useSelection.setState({ selected: new Set() });
}

/** Move the keyboard to a row. */
export function activate(row: number): void {
  useSelection.setState({ active: Math.max(0, row) });
}
