import { X } from "lucide-react";
import { useEffect } from "react";
import { create } from "zustand";

import { Button, IconButton } from "@/components/button";
import styles from "@/components/toasts.module.css";

const MOST = 3;
const SHOWN_MS = 6000;

interface Toast {
  readonly id: number;
  readonly words: string;
  readonly tone: "plain" | "error";
  readonly onUndo?: (() => void) | undefined;
}

const useToasts = create<{ readonly toasts: readonly Toast[] }>(() => ({ toasts: [] }));
let lastId = 0;

function add(toast: Omit<Toast, "id">): void {
  lastId += 1;
  const added = { ...toast, id: lastId };
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts, added].slice(-MOST) }));
}

function remove(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
}

/** Say what was done; with `onUndo` it can be taken back. */
export function say(words: string, onUndo?: () => void): void {
  add({ words, tone: "plain", onUndo });
}

/** Say what failed; it stays until it is dismissed. */
export function sayError(words: string): void {
  add({ words, tone: "error" });
}

/** The messages, at the bottom left. */
export function Toasts() {
  const toasts = useToasts((state) => state.toasts);
  return (
    <output aria-live="polite" className={styles.stack}>
      {toasts.map((toast) => (
        <ToastLine key={toast.id} toast={toast} />
      ))}
    </output>
  );
}

function ToastLine({ toast }: { readonly toast: Toast }) {
  const { id, tone, words, onUndo } = toast;
  useEffect(() => {
    if (tone === "error") return undefined;
    const timer = setTimeout(() => remove(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, tone]);
  const undo = () => {
    onUndo?.();
    remove(id);
  };
  return (
    <div className={styles.toast} data-tone={tone}>
      <span>{words}</span>
      {onUndo ? <Button onClick={undo}>Undo</Button> : null}
      <IconButton label="Dismiss" onClick={() => remove(id)}>
        <X size={14} aria-hidden />
      </IconButton>
    </div>
  );
}
