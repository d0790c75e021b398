/** What a cell put out. */
export interface NotebookOutput {
  readonly kind: "text" | "image" | "html";
  readonly content: string;
}

/** One cell of a notebook. */
export interface NotebookCell {
  readonly kind: "markdown" | "code";
  readonly source: string;
  readonly outputs: readonly NotebookOutput[];
}

/**
 * Return the cells of a notebook document.
 *
 * @throws TypeError when it is none
 */
export function notebookCells(document: unknown): NotebookCell[] {
  const cells = fieldsOf(document).get("cells");
  if (!Array.isArray(cells)) throw new TypeError("It has no cells.");
  return cells.map((cell: unknown) => {
    const fields = fieldsOf(cell);
    const outputs = fields.get("outputs");
    return { kind: fields.get("cell_type") === "markdown" ? "markdown" : "code", source: joined(fields.get("source")), outputs: Array.isArray(outputs) ? outputs.flatMap(outputOf) : [] };
  });
}

function outputOf(output: unknown): NotebookOutput[] {
  const fields = fieldsOf(output);
  const data = fieldsOf(fields.get("data"));
  if (data.has("image/png")) return [{ kind: "image", content: `data:image/png;base64,${joined(data.get("image/png")).replace(/\s/g, "")}` }];
  if (data.has("image/svg+xml")) return [{ kind: "image", content: `data:image/svg+xml,${encodeURIComponent(joined(data.get("image/svg+xml")))}` }];
  if (data.has("text/html")) return [{ kind: "html", content: joined(data.get("text/html")) }];
  const text = data.get("text/plain") ?? fields.get("text") ?? fields.get("traceback");
  // Terminal colours of tracebacks say nothing here.
  // oxlint-disable-next-line no-control-regex
  return text === undefined ? [] : [{ kind: "text", content: joined(text).replace(/\u001B\[[\d;]*m/g, "") }];
}

function fieldsOf(value: unknown): Map<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}

function joined(value: unknown): string {
  return Array.isArray(value) ? value.join("") : typeof value === "string" ? value : "";
}
