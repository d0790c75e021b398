/** Five figures of some values: quartiles, and the furthest values within 1.5 times their distance. */
export interface Box {
  readonly name: string;
  readonly rows: readonly number[];
  readonly low: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly high: number;
}

const REACH = 1.5;

/** Return the value below which a share of sorted values lies, interpolated as NumPy does. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(place)] ?? NaN, sorted[Math.ceil(place)] ?? NaN];
  return low + (high - low) * (place - Math.floor(place));
}

/**
 * Return a box for each category that has a finite value, the best median first.
 *
 * @param codes place of each row's category in `names`, −1 for none
 */
export function boxesOf(names: readonly string[], codes: ArrayLike<number>, values: ArrayLike<number>, direction: "lower" | "higher"): Box[] {
  const rowsOf = names.map((): number[] => []);
  for (let row = 0; row < codes.length; row += 1) if (Number.isFinite(values[row])) rowsOf[codes[row] ?? -1]?.push(row);
  const boxes = rowsOf.flatMap((rows, code): Box[] => {
    if (!rows.length) return [];
    const sorted = rows.map((row) => values[row] ?? NaN).toSorted((left, right) => left - right);
    const [q1, median, q3] = [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)];
    const reach = REACH * (q3 - q1);
    const inside = sorted.filter((value) => value >= q1 - reach && value <= q3 + reach);
    return [{ name: names[code] ?? "", rows, low: inside[0] ?? q1, q1, median, q3, high: inside.at(-1) ?? q3 }];
  });
  return boxes.toSorted((left, right) => (direction === "lower" ? left.median - right.median : right.median - left.median));
}
