import { useLayoutEffect, useRef, useSyncExternalStore } from "react";

import { currentPalette, type Palette } from "@/charts/palette";
import type { Pen } from "@/charts/pen";

interface CanvasProps {
  readonly width: number;
  readonly height: number;
  readonly className?: string | undefined;
  /** Draws all anew; a new function means a new picture. */
  readonly paint: (pen: Pen, palette: Palette) => void;
}

/** A picture that is sharp on every screen and drawn anew when `paint`, the size or the theme change. */
export function Canvas({ width, height, className, paint }: CanvasProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  const theme = useSyncExternalStore(followTheme, currentTheme);
  useLayoutEffect(() => {
    const pen = ref.current?.getContext("2d");
    if (!pen || !width || !height) return;
    const ratio = window.devicePixelRatio || 1;
    pen.canvas.width = Math.round(width * ratio);
    pen.canvas.height = Math.round(height * ratio);
    pen.scale(ratio, ratio);
    paint(pen, currentPalette());
  }, [width, height, paint, theme]);
  return <canvas ref={ref} className={className} style={{ width, height }} aria-hidden />;
}

function currentTheme(): string {
  return document.documentElement.dataset["theme"] ?? "light";
}

function followTheme(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}
