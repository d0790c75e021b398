import { useEffect, useRef, useState } from "react";

import { addressOf } from "@/api/call";
import { EmptyState } from "@/components/notices";
import styles from "@/viewers/viewers.module.css";

interface SandboxFrameProps {
  readonly type: "plotly" | "vega" | "bokeh" | "html";
  readonly content: string;
  readonly title: string;
}

interface Told {
  readonly kind?: string;
  readonly message?: string;
}

/** Active content, in a frame without origin, storage and network; it only tells whether it is drawn. */
export function SandboxFrame({ type, content, title }: SandboxFrameProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [failure, setFailure] = useState("");
  useEffect(() => {
    const hear = ({ source, data }: MessageEvent<Told>) => {
      if (source !== frame.current?.contentWindow) return;
      if (data.kind === "failed") setFailure(data.message ?? "It could not be drawn.");
      if (data.kind !== "ready") return;
      const style = getComputedStyle(document.documentElement);
      const theme = { bg: style.getPropertyValue("--bg").trim(), text: style.getPropertyValue("--text").trim(), border: style.getPropertyValue("--border").trim() };
      // The frame has no origin that could be named.
      frame.current?.contentWindow?.postMessage({ kind: "show", type, content, theme }, "*");
    };
    window.addEventListener("message", hear);
    return () => window.removeEventListener("message", hear);
  }, [type, content]);
  if (failure) return <EmptyState title="This cannot be drawn">{failure}</EmptyState>;
  return <iframe ref={frame} title={title} sandbox="allow-scripts" src={addressOf("/static-files/ui/sandbox.html")} className={styles.frame} />;
}
