/** What the server says of itself in the page, so that nothing need be asked before the first request. */
export interface Bootstrap {
  /** Path under which the server is reached, such as `/assay`; empty at the root. */
  readonly prefix: string;
  readonly version: string;
  /** What style elements need so that the page's policy lets them stand. */
  readonly nonce: string;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function readBootstrap(): Bootstrap {
  const text = document.getElementById("bootstrap")?.textContent ?? "{}";
  const said: unknown = JSON.parse(text);
  const field = (name: string) => (isRecord(said) && typeof said[name] === "string" ? said[name] : "");
  return { prefix: field("prefix"), version: field("version"), nonce: field("nonce") };
}

export const BOOTSTRAP: Bootstrap = readBootstrap();
