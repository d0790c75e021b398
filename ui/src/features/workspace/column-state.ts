/** What the address says of columns, as `name|value`; names may hold bars, values do not. */

/** Return the values by column. */
export function pairsOf(pairs: readonly string[]): ReadonlyMap<string, string> {
  return new Map(pairs.map((pair) => [pair.slice(0, pair.lastIndexOf("|")), pair.slice(pair.lastIndexOf("|") + 1)]));
}

/** Return the pairs with another value for a column, or none when it is empty. */
export function withPair(pairs: readonly string[], name: string, value: string): string[] {
  const others = pairs.filter((pair) => pair.slice(0, pair.lastIndexOf("|")) !== name);
  return value ? [...others, `${name}|${value}`] : others;
}

/** Return names with one of them before another, or after all when that is not there. */
export function movedBefore(names: readonly string[], name: string, before: string): string[] {
  const others = names.filter((one) => one !== name);
  const place = others.indexOf(before);
  return place < 0 ? [...others, name] : others.toSpliced(place, 0, name);
}
