/** The straight line of least squares. */
export interface Regression {
  readonly slope: number;
  readonly intercept: number;
  /** Correlation after Pearson. */
  readonly r: number;
  readonly n: number;
}

/** Return the line through the rows where both values are finite; undefined for fewer than 3 or no spread. */
export function regression(xs: ArrayLike<number>, ys: ArrayLike<number>): Regression | undefined {
  let n = 0;
  let meanX = 0;
  let meanY = 0;
  let spreadX = 0;
  let spreadY = 0;
  let shared = 0;
  for (let row = 0; row < xs.length; row += 1) {
    const x = xs[row] ?? NaN;
    const y = ys[row] ?? NaN;
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    n += 1;
    const fromX = x - meanX;
    const fromY = y - meanY;
    meanX += fromX / n;
    meanY += fromY / n;
    spreadX += fromX * (x - meanX);
    spreadY += fromY * (y - meanY);
    shared += fromX * (y - meanY);
  }
  if (n < 3 || spreadX === 0 || spreadY === 0) return undefined;
  const slope = shared / spreadX;
  return { slope, intercept: meanY - slope * meanX, r: shared / Math.sqrt(spreadX * spreadY), n };
}
