import { useSyncExternalStore } from "react";

const NARROW = matchMedia("(max-width: 640px)");

/** Return whether the window is as narrow as a phone. */
export function useIsPhone(): boolean {
  return useSyncExternalStore(follow, () => NARROW.matches);
}

function follow(onChange: () => void): () => void {
  NARROW.addEventListener("change", onChange);
  return () => NARROW.removeEventListener("change", onChange);
}
