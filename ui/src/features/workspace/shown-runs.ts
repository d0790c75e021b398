/** Which runs are drawn and in which colours: a list by slot, empty where a slot is free. */
export const MOST_SHOWN = 200;

/** Return the list when the first `top` of the sort are drawn. */
export function firstShown(sorted: readonly string[], top: number): string[] {
  return sorted.slice(0, top);
}

/** Return the list with a run taken in, at the lowest free slot, or taken out, its slot left free. */
export function toggled(shown: readonly string[], runId: string): string[] {
  const slots = [...shown];
  const place = slots.indexOf(runId);
  if (place >= 0) slots[place] = "";
  else {
    const free = slots.indexOf("");
    if (free >= 0) slots[free] = runId;
    else if (slots.length < MOST_SHOWN) slots.push(runId);
  }
  while (slots.length && slots[slots.length - 1] === "") slots.pop();
  return slots;
}

/** Return the list with just these runs; those that were drawn keep their slots. */
export function onlyShown(shown: readonly string[], runIds: readonly string[]): string[] {
  const wanted = runIds.slice(0, MOST_SHOWN);
  const kept = shown.map((runId) => (wanted.includes(runId) ? runId : ""));
  const slots = wanted.filter((runId) => !kept.includes(runId)).reduce(toggled, kept);
  while (slots.length && slots[slots.length - 1] === "") slots.pop();
  return slots;
}
