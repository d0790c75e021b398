import type { Palette } from "@/charts/palette";
import type { Pen } from "@/charts/pen";
import { FONT } from "@/charts/plot";
import type { ValueAxis } from "@/charts/value-axis";
import { shortName } from "@/features/workspace/explore/parallel-panel";
import { shortened } from "@/format/names";

/** The room of a picture and what its axes take of it, in pixels. */
export const FRAME = { height: 280, left: 64, right: 12, top: 10, bottom: 34 } as const;

const MOST_TICKS = 30;
const LETTER = 6.4;

/** Return where a place in 0…1 of both axes is, in pixels. */
export function placeIn(x: number, y: number, width: number): { px: number; py: number } {
  return { px: FRAME.left + x * (width - FRAME.left - FRAME.right), py: FRAME.height - FRAME.bottom - y * (FRAME.height - FRAME.top - FRAME.bottom) };
}

/** Draw the axes of two columns; words that have no room are left out. */
export function paintFrame(pen: Pen, palette: Palette, x: ValueAxis, y: ValueAxis, width: number): void {
  pen.font = FONT;
  pen.strokeStyle = palette.line;
  pen.fillStyle = palette.text;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.textBaseline = "middle";
  pen.textAlign = "right";
  for (const { position, words } of y.ticks.slice(0, MOST_TICKS)) {
    const { py } = placeIn(0, position, width);
    pen.moveTo(FRAME.left, py);
    pen.lineTo(width - FRAME.right, py);
    pen.fillText(shortened(words, 9), FRAME.left - 5, py);
  }
  pen.stroke();
  pen.textBaseline = "top";
  pen.textAlign = "center";
  let free = -Infinity;
  for (const { position, words } of x.ticks) {
    const { px } = placeIn(position, 0, width);
    const half = (Math.min(words.length, 14) * LETTER) / 2;
    if (px - half < free) continue;
    pen.fillText(shortened(words, 14), px, FRAME.height - FRAME.bottom + 4);
    free = px + half + 6;
  }
  pen.fillText(`${shortName(x.name)}${x.kind === "log" ? " (log)" : ""}`, (FRAME.left + width) / 2, FRAME.height - 14);
}
