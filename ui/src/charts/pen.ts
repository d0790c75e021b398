/** What painters draw with: a canvas, or an SVG document that the same calls write. */
export type Pen = Pick<
  CanvasRenderingContext2D,
  | "beginPath" | "moveTo" | "lineTo" | "closePath" | "rect" | "arc" | "stroke" | "fill" | "fillRect" | "fillText" | "save" | "restore" | "clip" | "setLineDash"
  | "strokeStyle" | "fillStyle" | "lineWidth" | "globalAlpha" | "font" | "textAlign" | "textBaseline" | "lineJoin"
>;

const PRECISION = 100;

interface Look {
  strokeStyle: string;
  fillStyle: string;
  lineWidth: number;
  globalAlpha: number;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
  lineJoin: CanvasLineJoin;
  dash: readonly number[];
  clip: string;
}

const PLAIN: Look = {
  strokeStyle: "#000", fillStyle: "#000", lineWidth: 1, globalAlpha: 1, font: "11px sans-serif", textAlign: "start", textBaseline: "alphabetic", lineJoin: "miter", dash: [], clip: "",
};
const ANCHORS: Record<CanvasTextAlign, string> = { start: "start", left: "start", center: "middle", right: "end", end: "end" };
const SHIFTS: Record<CanvasTextBaseline, string> = { alphabetic: "0", bottom: "-0.2em", ideographic: "0", middle: "0.35em", top: "0.8em", hanging: "0.8em" };

/** Writes an SVG document. */
export class SvgPen implements Pen {
  private readonly parts: string[] = [];
  private readonly kept: Look[] = [];
  private look: Look = { ...PLAIN };
  private path = "";
  private nClips = 0;

  constructor(
    private readonly width: number,
    private readonly height: number,
    background: string,
  ) {
    this.parts.push(`<rect width="${width}" height="${height}" fill="${background}"/>`);
  }

  /** Return the document. */
  toString(): string {
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${this.width}" height="${this.height}" viewBox="0 0 ${this.width} ${this.height}">${this.parts.join("")}</svg>`;
  }

  get strokeStyle(): string { return this.look.strokeStyle; }
  set strokeStyle(value: string | CanvasGradient | CanvasPattern) { this.look.strokeStyle = String(value); }
  get fillStyle(): string { return this.look.fillStyle; }
  set fillStyle(value: string | CanvasGradient | CanvasPattern) { this.look.fillStyle = String(value); }
  get lineWidth(): number { return this.look.lineWidth; }
  set lineWidth(value: number) { this.look.lineWidth = value; }
  get globalAlpha(): number { return this.look.globalAlpha; }
  set globalAlpha(value: number) { this.look.globalAlpha = value; }
  get font(): string { return this.look.font; }
  set font(value: string) { this.look.font = value; }
  get textAlign(): CanvasTextAlign { return this.look.textAlign; }
  set textAlign(value: CanvasTextAlign) { this.look.textAlign = value; }
  get textBaseline(): CanvasTextBaseline { return this.look.textBaseline; }
  set textBaseline(value: CanvasTextBaseline) { this.look.textBaseline = value; }
  get lineJoin(): CanvasLineJoin { return this.look.lineJoin; }
  set lineJoin(value: CanvasLineJoin) { this.look.lineJoin = value; }

  save(): void { this.kept.push({ ...this.look }); }
  restore(): void { this.look = this.kept.pop() ?? this.look; }
  setLineDash(segments: Iterable<number>): void { this.look.dash = [...segments]; }
  beginPath(): void { this.path = ""; }
  moveTo(x: number, y: number): void { this.path += `M${short(x)} ${short(y)}`; }
  lineTo(x: number, y: number): void { this.path += `${this.path ? "L" : "M"}${short(x)} ${short(y)}`; }
  closePath(): void { this.path += "Z"; }
  rect(x: number, y: number, width: number, height: number): void {
    this.path += `M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z`;
  }
  arc(x: number, y: number, radius: number): void {
    this.path += `M${short(x - radius)} ${short(y)}a${short(radius)} ${short(radius)} 0 1 0 ${short(2 * radius)} 0a${short(radius)} ${short(radius)} 0 1 0 ${short(-2 * radius)} 0`;
  }
  stroke(): void {
    const dash = this.look.dash.length ? ` stroke-dasharray="${this.look.dash.join(" ")}"` : "";
    this.add(`<path d="${this.path}" fill="none" stroke="${this.look.strokeStyle}" stroke-width="${this.look.lineWidth}" stroke-linejoin="${this.look.lineJoin}"${dash}`, "/>");
  }
  fill(): void { this.add(`<path d="${this.path}" fill="${this.look.fillStyle}"`, "/>"); }
  fillRect(x: number, y: number, width: number, height: number): void {
    this.add(`<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" fill="${this.look.fillStyle}"`, "/>");
  }
  fillText(text: string, x: number, y: number): void {
    const { font, textAlign, textBaseline, fillStyle } = this.look;
    const style = `font="${escaped(font)}"`.replace("font=", "style=").replace('"', '"font:');
    this.add(`<text x="${short(x)}" y="${short(y)}" dy="${SHIFTS[textBaseline]}" text-anchor="${ANCHORS[textAlign]}" fill="${fillStyle}" ${style}`, `>${escaped(text)}</text>`);
  }
  clip(): void {
    this.nClips += 1;
    this.parts.push(`<clipPath id="clip${this.nClips}"><path d="${this.path}"/></clipPath>`);
    this.look.clip = `clip${this.nClips}`;
  }

  private add(start: string, end: string): void {
    const alpha = this.look.globalAlpha < 1 ? ` opacity="${this.look.globalAlpha}"` : "";
    const clip = this.look.clip ? ` clip-path="url(#${this.look.clip})"` : "";
    this.parts.push(start + alpha + clip + end);
  }
}

function short(value: number): number {
  return Math.round(value * PRECISION) / PRECISION;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");
}
