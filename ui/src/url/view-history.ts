import type { Search } from "@/url/search";

/** States of the views of each page that were left by a change, for `z` and `Shift+z`. */
const MOST = 200;
const past = new Map<string, Search[]>();
const future = new Map<string, Search[]>();

/** Keep the state that a change is about to leave. */
export function remember(path: string, left: Search): void {
  const states = past.get(path) ?? [];
  states.push(left);
  if (states.length > MOST) states.shift();
  past.set(path, states);
  future.delete(path);
}

/** Return the state before the last change, or nothing. */
export function undone(path: string, now: Search): Search | undefined {
  return moved(past, future, path, now);
}

/** Return the state that the last undo left, or nothing. */
export function redone(path: string, now: Search): Search | undefined {
  return moved(future, past, path, now);
}

function moved(from: Map<string, Search[]>, to: Map<string, Search[]>, path: string, now: Search): Search | undefined {
  const state = from.get(path)?.pop();
  if (state) to.set(path, [...(to.get(path) ?? []), now]);
  return state;
}
