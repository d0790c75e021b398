import { useLocation, useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";

import { type Search } from "@/url/search";
import type { StateSchema } from "@/url/state";
import { redone, remember, undone } from "@/url/view-history";

const MERGED_MS = 800;
let lastPushAt = -Infinity;

interface ChangeOptions {
  /** `push` for discrete changes, so that Back undoes them; `replace` for drags and typing. */
  readonly history?: "push" | "replace";
}

export interface ViewState<Values> {
  readonly values: Values;
  /** Names of what the address says and nobody can understand. */
  readonly ignored: readonly string[];
  readonly search: Search;
  readonly change: (change: Partial<Values>, options?: ChangeOptions) => void;
}

/** Return the part of the address that `schema` describes, and how to change it. */
export function useViewState<Values>(schema: StateSchema<Values>): ViewState<Values> {
  const search = useSearchTexts();
  const go = useGo();
  const { values, ignored } = useMemo(() => schema.read(search), [schema, search]);
  const change = useCallback<ViewState<Values>["change"]>(
    (patch, { history = "push" } = {}) => {
      const now = currentSearch();
      const next = schema.patch(now, patch);
      if (JSON.stringify(next) === JSON.stringify(now)) return;
      remember(location.pathname, now);
      go(next, history);
    },
    [schema, go],
  );
  return { values, ignored, search, change };
}

/** Return functions that undo and redo changes of the view on this page. */
export function useViewHistory(): { readonly undo: () => void; readonly redo: () => void } {
  const go = useGo();
  return useMemo(() => {
    const step = (take: (path: string, now: Search) => Search | undefined) => () => {
      const next = take(location.pathname, currentSearch());
      if (next) go(next, "replace");
    };
    return { undo: step(undone), redo: step(redone) };
  }, [go]);
}

/** Return the address's query as plain texts; the same object as long as it says the same. */
export function useSearchTexts(): Search {
  const query = useLocation({ select: (place) => place.searchStr });
  return useMemo(() => Object.fromEntries(new URLSearchParams(query)), [query]);
}

function currentSearch(): Search {
  return Object.fromEntries(new URLSearchParams(location.search));
}

function useGo(): (search: Search, history: "push" | "replace") => void {
  const navigate = useNavigate();
  return useCallback(
    (search, history) => {
      const isMerged = performance.now() - lastPushAt < MERGED_MS;
      if (history === "push") lastPushAt = performance.now();
      void navigate({ to: ".", search: () => search, replace: history === "replace" || isMerged, resetScroll: false });
    },
    [navigate],
  );
}
