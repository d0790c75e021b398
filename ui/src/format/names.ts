const NATURAL = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Order keys as people do: `m2` before `m10`, whatever the case. */
export function compareNatural(left: string, right: string): number {
  return NATURAL.compare(left, right) || (left < right ? -1 : Number(left > right));
}

/** Return `text` cut in its middle to `length` signs, so that both ends stay legible. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = Math.ceil((length - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (length - 1 - head))}`;
}

/** Return `1 run`, `1,500 runs`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${count === 1 ? noun : `${noun}s`}`;
}
