import { Ban, Check, CircleDashed, CirclePlay, CircleX, Copy, Unplug } from "lucide-react";
import { Component, type ReactNode, useEffect, useState } from "react";

import { messageOf, RequestFailed } from "@/api/errors";
import { Button, IconButton } from "@/components/button";
import styles from "@/components/notices.module.css";

interface ErrorNoteProps {
  /** What could not be done, such as `The runs could not be read.` */
  readonly what: string;
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** What failed and why, in place, with a way on. */
export function ErrorNote({ what, error, onRetry }: ErrorNoteProps) {
  const code = error instanceof RequestFailed ? `${error.status || "no answer"} ${error.code}`.trim() : "";
  const details = `${what}\n${messageOf(error)}\n${code}\n${location.href}`;
  return (
    <div role="alert" className={`${styles.notice} ${styles.error}`}>
      <strong>{what}</strong>
      <span>{messageOf(error)}</span>
      <div className={styles.actions}>
        {onRetry ? <Button onClick={onRetry}>Try again</Button> : null}
        <Button look="quiet" onClick={() => void navigator.clipboard?.writeText(details)}>
          Copy details
        </Button>
      </div>
    </div>
  );
}

interface BoundaryProps {
  readonly what: string;
  readonly children: ReactNode;
}

/** Keeps a fault in one part of a page from taking the rest with it. */
export class ErrorBoundary extends Component<BoundaryProps, { readonly error: unknown }> {
  override state = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return <ErrorNote what={this.props.what} error={this.state.error} onRetry={() => this.setState({ error: null })} />;
  }
}

/** One sentence, and what to do about it. */
export function EmptyState({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Shows after 150 ms that something is being waited for, so that quick answers do not flicker. */
export function ProgressLine({ isBusy, words = "Loading" }: { readonly isBusy: boolean; readonly words?: string }) {
  const [isShown, setIsShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsShown(isBusy), isBusy ? 150 : 0);
    return () => clearTimeout(timer);
  }, [isBusy]);
  return isShown ? <div role="progressbar" aria-label={words} className={styles.progress} /> : null;
}

/** A place of the final size for what is on its way. */
export function Skeleton({ width = "100%", height }: { readonly width?: number | string; readonly height: number }) {
  return <div aria-hidden className={styles.skeleton} style={{ width, height }} />;
}

/** A short fact. */
export function Chip({ children, title }: { readonly children: ReactNode; readonly title?: string | undefined }) {
  return (
    <span className={styles.chip} title={title}>
      {children}
    </span>
  );
}

const STATUSES = {
  RUNNING: ["running", "running", CirclePlay],
  SCHEDULED: ["plain", "scheduled", CircleDashed],
  FINISHED: ["ok", "done", Check],
  FAILED: ["error", "failed", CircleX],
  KILLED: ["warn", "stopped", Ban],
  LOST: ["warn", "lost contact", Unplug],
} as const;

/** The status of a run as icon and word; `LOST` is a run that no longer gives signs of life. */
export function StatusWord({ status }: { readonly status: string }) {
  const [tone, words, Icon] = status in STATUSES ? STATUSES[knownStatus(status)] : (["plain", status.toLowerCase(), CircleDashed] as const);
  return (
    <span className={styles.status} data-tone={tone}>
      <Icon size={14} aria-hidden />
      {words}
    </span>
  );
}

function knownStatus(status: string): keyof typeof STATUSES {
  return status === "RUNNING" || status === "SCHEDULED" || status === "FINISHED" || status === "KILLED" || status === "LOST" ? status : "FAILED";
}

/** Code to copy. */
export function Snippet({ code }: { readonly code: string }) {
  return (
    <div className={styles.snippet}>
      {/* It scrolls, so the keyboard must reach it. */}
      <pre tabIndex={0}>
        <code>{code}</code>
      </pre>
      <CopyButton text={code} label="Copy code" />
    </div>
  );
}

/** Copies a text, and says so for a moment. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [isDone, setIsDone] = useState(false);
  useEffect(() => {
    if (!isDone) return undefined;
    const timer = setTimeout(() => setIsDone(false), 1500);
    return () => clearTimeout(timer);
  }, [isDone]);
  return (
    <IconButton label={isDone ? "Copied" : label} onClick={() => void navigator.clipboard.writeText(text).then(() => setIsDone(true))}>
      {isDone ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
    </IconButton>
  );
}
