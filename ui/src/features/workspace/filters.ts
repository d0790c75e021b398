/** Text filters as they are typed, and what the server is asked. */

const OPERATORS = /[=<>~!]|\b(?:like|ilike|in|is)\b/i;

/** Return the filter that the server is asked: bare words are parts of the run's name, or begin its id. */
export function expandFilter(typed: string): string {
  const text = typed.trim();
  if (text === "" || OPERATORS.test(text)) return text;
  const words = text.split(/\s+/).filter((word) => !/^and$/i.test(word));
  return words.map((word) => `(run_name ILIKE ${quotedText(`%${escapeLike(word)}%`)} OR run_id LIKE ${quotedText(`${escapeLike(word.toLowerCase())}%`)})`).join(" AND ");
}

function escapeLike(word: string): string {
  return word.replace(/[\\%_]/g, "\\$&");
}

/** Return a text as filters take it. */
export function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Return a filter with one more condition. */
export function withClause(filter: string, clause: string): string {
  const text = filter.trim();
  if (text === "") return clause;
  return /\bor\b/i.test(text) ? `(${text}) and ${clause}` : `${text} and ${clause}`;
}

/** Return the condition that a cell has this value, or has it not. */
export function clauseOfCell(column: string, value: string | number | null, isIncluded: boolean): string {
  if (value === null) return `${column} is ${isIncluded ? "" : "not "}null`;
  if (value === "NaN") return `${column} is ${isIncluded ? "" : "not "}nan`;
  const written = column.startsWith("metrics.") || column.endsWith("_time") ? String(value) : quotedText(String(value));
  return `${column} ${isIncluded ? "=" : "!="} ${written}`;
}

/** Where in a filter something is being typed, and what. */
export interface TypedPart {
  readonly kind: "key" | "value";
  /** The column whose value is typed. */
  readonly column: string;
  readonly start: number;
  readonly text: string;
}

/** Return what is being typed at the caret. */
export function typedPart(filter: string, caret: number): TypedPart {
  const before = filter.slice(0, caret);
  const value = /((?:params?|tags?)\.(?:`[^`]*`|[\w\-/.]+))\s*(?:=|!=|~|!~|i?like|in\s*\([^)]*)\s*['"]?([^'"()]*)$/i.exec(before);
  if (value) return { kind: "value", column: value[1] ?? "", start: caret - (value[2] ?? "").length, text: value[2] ?? "" };
  const word = /[\w`.\-/]*$/.exec(before)?.[0] ?? "";
  return { kind: "key", column: "", start: caret - word.length, text: word };
}

/** Return the conditions that `and` joins at the top of a filter; one when `or` joins them, or when it is not understood. */
export function clausesOf(filter: string): string[] {
  const clauses: string[] = [];
  let [start, depth, quote] = [0, 0, ""];
  for (let place = 0; place < filter.length; place += 1) {
    const sign = filter.charAt(place);
    if (quote) quote = sign === quote ? "" : quote;
    else if (sign === "'" || sign === '"' || sign === "`") quote = sign;
    else if (sign === "(") depth += 1;
    else if (sign === ")") depth -= 1;
    else if (depth === 0) {
      const word = /^\s(and|or)\s/i.exec(filter.slice(place, place + 5))?.[1];
      if (word?.toLowerCase() === "or") return [filter.trim()];
      if (word) {
        clauses.push(filter.slice(start, place));
        start = place + word.length + 1;
      }
    }
  }
  return depth || quote ? [filter.trim()].filter(Boolean) : [...clauses, filter.slice(start)].map((clause) => clause.trim()).filter(Boolean);
}
