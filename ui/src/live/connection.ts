import { useEffect } from "react";
import { create } from "zustand";

import { addressOf } from "@/api/call";
import type { Event as ServerEvent } from "@/api/schema.gen";

/** Whether changes on the server are being told. */
export type LiveState = "live" | "reconnecting" | "paused";

type Listener = (event: ServerEvent) => void;

interface Live {
  readonly state: LiveState;
  readonly waiting: number;
}

const useLive = create<Live>(() => ({ state: "reconnecting", waiting: 0 }));
const listeners = new Set<Listener>();
const resetListeners = new Set<() => void>();
const held: ServerEvent[] = [];
const CHANNEL = "assay.events";
const LOCK = "assay.events";

/**
 * Follow the server's events for as long as the page lives. Of all tabs of this browser one holds the
 * stream and passes what it hears to the others, because browsers allow few connections to a host.
 */
export function startLive(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", ({ data }: MessageEvent<Told>) => take(data));
  const tell = (told: Told) => {
    take(told);
    channel.postMessage(told);
  };
  const lead = () => new Promise<never>(() => follow(tell));
  if (navigator.locks) void navigator.locks.request(LOCK, lead);
  else void lead();
}

type Told = { readonly kind: "event"; readonly event: ServerEvent } | { readonly kind: "reset" } | { readonly kind: "state"; readonly state: LiveState };

function follow(tell: (told: Told) => void): void {
  // The browser reconnects by itself and says which event it heard last.
  const source = new EventSource(addressOf("/api/assay/v1/events"));
  const hear = ({ data }: MessageEvent<string>) => tell({ kind: "event", event: JSON.parse(data) });
  source.addEventListener("run", hear);
  source.addEventListener("experiment", hear);
  source.addEventListener("reset", () => tell({ kind: "reset" }));
  source.addEventListener("open", () => tell({ kind: "state", state: "live" }));
  source.addEventListener("error", () => {
    tell({ kind: "state", state: "reconnecting" });
    if (source.readyState === EventSource.CLOSED) setTimeout(() => follow(tell), 3000);
  });
}

function take(told: Told): void {
  const isPaused = useLive.getState().state === "paused";
  if (told.kind === "state") {
    if (!isPaused) useLive.setState({ state: told.state });
  } else if (told.kind === "reset") {
    for (const listener of resetListeners) listener();
  } else if (isPaused) {
    held.push(told.event);
    useLive.setState({ waiting: held.length });
  } else {
    if (useLive.getState().state !== "live") useLive.setState({ state: "live" });
    for (const listener of listeners) listener(told.event);
  }
}

/** Stop telling of changes until `resumeLive`; they are kept. */
export function pauseLive(): void {
  useLive.setState({ state: "paused" });
}

/** Tell of what happened in the meantime, and of what happens from now on. */
export function resumeLive(): void {
  useLive.setState({ state: "live", waiting: 0 });
  for (const event of held.splice(0)) for (const listener of listeners) listener(event);
}

/** Return whether changes are being told. */
export function useLiveState(): LiveState {
  return useLive((live) => live.state);
}

/** Return how many changes wait for `resumeLive`. */
export function useWaitingCount(): number {
  return useLive((live) => live.waiting);
}

/** Call `onEvent` for what happens, and `onReset` when too much was missed to be told one by one. */
export function useLiveEvents(onEvent: Listener, onReset: () => void): void {
  useEffect(() => {
    listeners.add(onEvent);
    resetListeners.add(onReset);
    return () => {
      listeners.delete(onEvent);
      resetListeners.delete(onReset);
    };
  }, [onEvent, onReset]);
}
