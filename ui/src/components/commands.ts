import { useEffect, useLayoutEffect, useRef } from "react";
import { create } from "zustand";

/** Something that can be done on the page: by key, from the palette, and listed by `?`. */
export interface Command {
  /** Unique on the page. */
  readonly name: string;
  readonly words: string;
  /** Heading in the list of keys: `Go to`, `Runs`, `Charts`, `View`. */
  readonly group: string;
  /** `c`, `Shift+j`, `g then e`, `Mod+k`; Mod is Ctrl, or Command on a Mac. */
  readonly keys?: readonly string[];
  readonly run: () => void;
}

export const useCommandTable = create<{ readonly commands: ReadonlyMap<string, Command> }>(() => ({ commands: new Map() }));

/** Offer commands for as long as the calling component is shown; they may be new objects at each render. */
export function useCommands(commands: readonly Command[]): void {
  const latest = useRef(commands);
  useLayoutEffect(() => {
    latest.current = commands;
  });
  // What is listed of them; what they do is looked up when they are run.
  const listed = JSON.stringify(commands);
  useEffect(() => {
    const described: readonly Omit<Command, "run">[] = JSON.parse(listed);
    const mine = described.map((command): Command => {
      const run = () => latest.current.find(({ name }) => name === command.name)?.run();
      return { ...command, run };
    });
    useCommandTable.setState(({ commands }) => ({ commands: new Map([...commands, ...mine.map((one) => [one.name, one] as const)]) }));
    return () =>
      useCommandTable.setState(({ commands }) => ({
        commands: new Map([...commands].filter(([, command]) => !mine.includes(command))),
      }));
  }, [listed]);
}

/** Return how a pressed key is written in `keys`; empty for modifiers alone. */
export function nameOfKey(event: KeyboardEvent): string {
  if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return "";
  const isLetter = /^[a-z]$/i.test(event.key);
  const parts = [
    event.ctrlKey || event.metaKey ? "Mod+" : "",
    event.altKey ? "Alt+" : "",
    event.shiftKey && (isLetter || event.key.length > 1) ? "Shift+" : "",
  ];
  return parts.join("") + (isLetter ? event.key.toLowerCase() : event.key);
}

const FIRST_OF_TWO_MS = 1200;

/** Return a listener for `keydown` that runs commands; keys typed into a field are left alone. */
export function keyListener(): (event: KeyboardEvent) => void {
  let first = "";
  let firstAt = 0;
  return (event) => {
    const key = nameOfKey(event);
    if (!key || event.defaultPrevented || (isTyping(event.target) && !key.startsWith("Mod+"))) return;
    const isSecond = first && event.timeStamp - firstAt < FIRST_OF_TWO_MS;
    const wanted = isSecond ? `${first} then ${key}` : key;
    const commands = [...useCommandTable.getState().commands.values()].toReversed();
    const found = commands.find((command) => command.keys?.includes(wanted));
    first = "";
    if (found) {
      event.preventDefault();
      found.run();
    } else if (commands.some((command) => command.keys?.some((keys) => keys.startsWith(`${key} then `)))) {
      first = key;
      firstAt = event.timeStamp;
    }
  };
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName)) && !isTick(target);
}

function isTick(target: HTMLElement): boolean {
  return target instanceof HTMLInputElement && (target.type === "checkbox" || target.type === "radio");
}
