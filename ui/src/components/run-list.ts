import { create } from "zustand";

/** The runs of the table that the reader came from, in its order, so that a run's page can walk them. */
export const useRunList = create<{ readonly ids: readonly string[]; readonly first: number; readonly total: number }>(() => ({ ids: [], first: 0, total: 0 }));

/** Keep the rows that a table shows: `first` is the place of the first of them among `total`. */
export function keepRunList(ids: readonly string[], first: number, total: number): void {
  useRunList.setState({ ids, first, total });
}
