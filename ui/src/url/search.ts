/** The query part of an address as plain texts; what they mean, each page says in a schema (`url/state.ts`). */
export type Search = Readonly<Record<string, string>>;

/** Return the fields of a query string; of a repeated field the last. */
export function parseSearch(query: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query));
}

/** Return a query string with its `?`, or nothing; what is legible unescaped stays so. */
export function formatSearch(search: Record<string, unknown>): string {
  const parts = Object.entries(search)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${escape(name)}=${escape(String(value))}`);
  return parts.length ? `?${parts.join("&")}` : "";
}

function escape(text: string): string {
  return encodeURIComponent(text).replace(/%20/g, "+").replace(/%(2C|3A|2F|40|24|5B|5D)/g, (code) => decodeURIComponent(code));
}
