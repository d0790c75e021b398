/** Panels that somebody added: what they draw, what they are called, in which order panels stand. */

/** Return the metrics and formulas of an added panel. */
export function keysOfPanel(made: string): string[] {
  return made.split("|").filter(Boolean);
}

/** Return what a panel of some metrics and formulas is called. */
export function titleOfPanel(keys: readonly string[]): string {
  return keys.map(spoken).join(", ");
}

/** Return a metric or formula as people read it. */
export function spoken(key: string): string {
  return key.replace(/^=\s*/, "");
}

/** Return an added panel as the address says it: words with a sign in them are formulas. */
export function writtenPanel(metrics: readonly string[], formula: string): string {
  const text = formula.trim().replace(/^=\s*/, "");
  return [...metrics, ...(text ? [`= ${text}`] : [])].join("|");
}

/** Return panels with those that were moved first, in their order. */
export function inOrder<Panel>(panels: readonly Panel[], order: readonly string[], titleOf: (panel: Panel) => string): Panel[] {
  const rank = (panel: Panel) => {
    const place = order.indexOf(titleOf(panel));
    return place < 0 ? order.length : place;
  };
  return panels.toSorted((left, right) => rank(left) - rank(right));
}

/** Return the order after `moved` was put before `before`; `shown` are the panels as they stand now. */
export function movedPanel(shown: readonly string[], order: readonly string[], moved: string, before: string): string[] {
  const others = shown.filter((title) => title !== moved);
  const place = others.indexOf(before);
  const next = place < 0 ? [...others, moved] : others.toSpliced(place, 0, moved);
  const last = Math.max(next.indexOf(moved), ...order.map((title) => next.indexOf(title)));
  return [...next.slice(0, last + 1), ...order.filter((title) => !shown.includes(title) && title !== moved)];
}
