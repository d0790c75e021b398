/** How a file is shown. */
export type ViewerKind = "image" | "text" | "json" | "markdown" | "table" | "html" | "figure" | "audio" | "video" | "notebook" | "array" | "model" | "parquet" | "pdf" | "binary";

const ENDINGS: readonly (readonly [ViewerKind, string])[] = [
  ["image", "png jpg jpeg gif webp svg bmp ico avif"],
  ["text", "txt log py ipy js ts tsx jsx sh bash yaml yml toml ini cfg conf xml css sql r jl rs go c h cpp hpp java patch diff rst tex env lock requirements"],
  ["json", "json geojson"],
  ["markdown", "md markdown"],
  ["table", "csv tsv jsonl ndjson"],
  ["html", "html htm"],
  ["audio", "wav mp3 ogg flac m4a"],
  ["video", "mp4 webm mov"],
  ["notebook", "ipynb"],
  ["array", "npy npz safetensors"],
  ["parquet", "parquet"],
  ["pdf", "pdf"],
];
const BY_ENDING = new Map(ENDINGS.flatMap(([kind, endings]) => endings.split(" ").map((ending) => [ending, kind] as const)));
const NAMES: Readonly<Record<string, ViewerKind>> = { MLmodel: "model", Dockerfile: "text", Makefile: "text", LICENSE: "text", README: "text" };

/** Return how a file is shown as far as its name tells; `binary` when it does not. */
export function kindOf(path: string): ViewerKind {
  const name = path.split("/").at(-1) ?? "";
  const named = NAMES[name];
  if (named) return named;
  if (/\.(plotly|vega|vl|bokeh)\.json$/i.test(name)) return "figure";
  return BY_ENDING.get((/\.(\w+)$/.exec(name)?.[1] ?? "").toLowerCase()) ?? "binary";
}

/** Return which library draws a JSON document; undefined when it is no figure. */
export function figureLibrary(document: unknown): "plotly" | "vega" | "bokeh" | undefined {
  if (typeof document !== "object" || document === null) return undefined;
  const fields = new Map(Object.entries(document));
  const schema = fields.get("$schema");
  if (typeof schema === "string" && /vega/.test(schema)) return "vega";
  if (Array.isArray(fields.get("data")) && typeof fields.get("layout") === "object") return "plotly";
  return fields.has("root_id") && fields.has("doc") ? "bokeh" : undefined;
}

/** Return whether bytes are text: valid UTF-8 without NUL. A sign that is cut at the end is forgiven. */
export function isText(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Return lines of 16 bytes: place, hexadecimal, and the signs that can be shown. */
export function hexLines(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += 16) {
    const row = [...bytes.subarray(start, start + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const signs = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
    lines.push(`${start.toString(16).padStart(8, "0")}  ${hex.padEnd(47)}  ${signs}`);
  }
  return lines;
}
