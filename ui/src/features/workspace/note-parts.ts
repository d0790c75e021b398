/** A part of a note: text, or a chart that stays live. */
export type NotePart = { readonly kind: "text"; readonly text: string } | { readonly kind: "panel"; readonly panel: string; readonly q: string; readonly view: string } | { readonly kind: "wrong"; readonly words: string };

const BLOCK = /^```panel[ \t]*\r?\n([\s\S]*?)\r?\n```[ \t]*$/gm;
const RUN = /\[\[run:([0-9a-f]{32})\]\]/g;

/** Return the parts of a note in their order. */
export function notePartsOf(note: string): NotePart[] {
  const parts: NotePart[] = [];
  let end = 0;
  for (const match of note.matchAll(BLOCK)) {
    const before = note.slice(end, match.index);
    if (before.trim()) parts.push({ kind: "text", text: before });
    parts.push(panelOf(match[1] ?? ""));
    end = match.index + match[0].length;
  }
  const rest = note.slice(end);
  if (rest.trim()) parts.push({ kind: "text", text: rest });
  return parts;
}

function panelOf(source: string): NotePart {
  try {
    const said: unknown = JSON.parse(source);
    const fields: Partial<Record<string, unknown>> = typeof said === "object" && said !== null ? { ...said } : {};
    const word = (name: string) => (typeof fields[name] === "string" ? fields[name] : "");
    return word("panel") ? { kind: "panel", panel: word("panel"), q: word("q"), view: word("view") } : { kind: "wrong", words: 'A panel names its metric: {"panel": "val_acc"}.' };
  } catch {
    return { kind: "wrong", words: "A panel is a JSON object; this is none." };
  }
}

/** Return the ids of the runs that a note speaks of. */
export function runsOfNote(note: string): string[] {
  return [...new Set([...note.matchAll(RUN)].map((match) => match[1] ?? ""))];
}

/** Return a note with its runs as links; those that are not known stay as they are. */
export function withRunLinks(note: string, wordsOf: (runId: string) => string | undefined, addressOf: (runId: string) => string): string {
  return note.replace(RUN, (whole, id: string) => {
    const words = wordsOf(id);
    return words === undefined ? whole : `[${words.replace(/[[\]\\]/g, "\\$&")}](${addressOf(id)})`;
  });
}
