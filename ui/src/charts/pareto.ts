/** Which rows no other row beats, and how those rank by a weighted score. */
export interface Objective {
  readonly name: string;
  readonly direction: "lower" | "higher";
  readonly values: ArrayLike<number>;
  /** Rows on the wrong side of it are out: the most allowed where lower is better, else the least. */
  readonly limit?: number | undefined;
}

/** Return whether a row has a finite value of every objective, within every limit. */
export function isEligible(objectives: readonly Objective[], row: number): boolean {
  return objectives.every(({ values, direction, limit }) => {
    const value = values[row] ?? NaN;
    if (!Number.isFinite(value)) return false;
    return limit === undefined || (direction === "lower" ? value <= limit : value >= limit);
  });
}

/**
 * Return the eligible rows that no other eligible row dominates: that is, is as good in all objectives
 * and better in one. Equal rows stay together. Sorted by the first objective, best first.
 */
export function paretoFront(objectives: readonly Objective[], nRows: number): number[] {
  const rows: number[] = [];
  for (let row = 0; row < nRows; row += 1) if (isEligible(objectives, row)) rows.push(row);
  const costs = objectives.map(({ values, direction }) => (row: number) => (direction === "lower" ? 1 : -1) * (values[row] ?? NaN));
  const compare = (left: number, right: number) => {
    for (const cost of costs) {
      const difference = cost(left) - cost(right);
      if (difference) return difference;
    }
    return 0;
  };
  rows.sort(compare);
  // In this order only an earlier row can dominate a later one, so the front is compared with alone.
  const front: number[] = [];
  for (const row of rows) if (!front.some((better) => dominates(costs, better, row))) front.push(row);
  return front;
}

function dominates(costs: readonly ((row: number) => number)[], better: number, row: number): boolean {
  let isBetter = false;
  for (const cost of costs) {
    const difference = cost(better) - cost(row);
    if (difference > 0) return false;
    isBetter ||= difference < 0;
  }
  return isBetter;
}

/**
 * Return the score in 0…1 of rows: the weighted mean of how far each objective lies from the worst to the
 * best of these rows. An objective in which they are equal counts as fully reached.
 */
export function scores(objectives: readonly Objective[], weights: readonly number[], rows: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const shares = objectives.map(({ values, direction }) => {
    const own = rows.map((row) => values[row] ?? NaN);
    const least = Math.min(...own);
    const span = Math.max(...own) - least;
    return own.map((value) => (span === 0 ? 1 : direction === "higher" ? (value - least) / span : 1 - (value - least) / span));
  });
  return rows.map((_, place) => (sum === 0 ? 0 : shares.reduce((total, share, number) => total + (share[place] ?? 0) * (weights[number] ?? 0), 0) / sum));
}
