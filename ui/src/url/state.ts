import type { Search } from "@/url/search";

/** How one value stands in the address. */
export interface Field<Value> {
  readonly initial: Value;
  /** Return the value that a text says, or undefined when it says none. */
  readonly read: (text: string) => Value | undefined;
  readonly write: (value: Value) => string;
}

type FieldValue<Of> = Of extends Field<infer Value> ? Value : never;

/** What a schema reads. */
export type ValuesOf<Schema extends { readonly read: (search: Search) => { readonly values: unknown } }> = ReturnType<Schema["read"]>["values"];

/** What of a page stands in the address: reading it, and the address of a changed state. */
export interface StateSchema<Values> {
  /** Return the values and the names of those in the address that could not be understood. */
  readonly read: (search: Search) => { readonly values: Values; readonly ignored: readonly string[] };
  /** Return the address with some values changed; defaults are left out, what is unknown is kept. */
  readonly patch: (search: Search, change: Partial<Values>) => Search;
}

/** Return the schema that `fields` make. */
export function defineState<Given extends Record<string, Field<any>>>( // eslint-disable-line typescript/no-explicit-any -- each field keeps its own type below
  fields: Given,
): StateSchema<{ readonly [Name in keyof Given]: FieldValue<Given[Name]> }> {
  type Values = { readonly [Name in keyof Given]: FieldValue<Given[Name]> };
  return {
    read(search) {
      const ignored: string[] = [];
      const values: Record<string, unknown> = {};
      for (const [name, field] of Object.entries(fields)) {
        const text = search[name];
        const value = text === undefined ? field.initial : field.read(text);
        if (value === undefined) ignored.push(name);
        values[name] = value === undefined ? field.initial : value;
      }
      return { values: built<Values>(values), ignored };
    },
    patch(search, change) {
      const changed: Record<string, string> = { ...search };
      for (const [name, value] of Object.entries(change)) {
        const field = fields[name];
        if (!field) continue;
        const text = field.write(value);
        if (value === undefined || text === field.write(field.initial)) delete changed[name];
        else changed[name] = text;
      }
      return changed;
    },
  };
}

function built<Values>(values: unknown): Values;
function built(values: unknown): unknown {
  return values;
}

/** Any text. */
export function text(initial = ""): Field<string> {
  return { initial, read: (given) => given, write: (value) => value };
}

/** One of some words. */
export function choice<const Word extends string>(words: readonly Word[], initial: Word): Field<Word> {
  return { initial, read: (given) => words.find((word) => word === given), write: (value) => value };
}

/** A switch: `1` or `0`. */
export function flag(initial = false): Field<boolean> {
  const words: Record<string, boolean> = { "1": true, "0": false };
  return { initial, read: (given) => words[given], write: (value) => (value ? "1" : "0") };
}

/** A finite number within bounds, both included. */
export function number(initial: number, least = -Infinity, most = Infinity): Field<number> {
  return {
    initial,
    read(given) {
      const value = Number(given);
      return given.trim() !== "" && Number.isFinite(value) && value >= least && value <= most ? value : undefined;
    },
    write: String,
  };
}

/** Texts with commas between them; a comma or a backslash within one has a backslash before it. */
export function list(initial: readonly string[] = []): Field<readonly string[]> {
  return {
    initial,
    read(given) {
      if (given === "") return [];
      const parts: string[] = [""];
      for (let place = 0; place < given.length; place += 1) {
        const sign = given.charAt(place);
        if (sign === "\\" && place + 1 < given.length) {
          place += 1;
          parts.push((parts.pop() ?? "") + given.charAt(place));
        } else if (sign === ",") parts.push("");
        else parts.push((parts.pop() ?? "") + sign);
      }
      return parts;
    },
    write: (value) => value.map((part) => part.replace(/[\\,]/g, "\\$&")).join(","),
  };
}

/** Anything that JSON can say; `check` returns undefined for what it must not be. */
export function json<Value>(initial: Value, check: (said: unknown) => Value | undefined): Field<Value> {
  return {
    initial,
    read(given) {
      try {
        return check(JSON.parse(given));
      } catch {
        return undefined;
      }
    },
    write: (value) => JSON.stringify(value),
  };
}
