/** Return the steps of files, each once, in order. */
export function stepsOf(files: readonly { readonly step?: number }[]): number[] {
  return [...new Set(files.map(({ step = 0 }) => step))].toSorted((left, right) => left - right);
}

/** Return the step nearest to the one that was asked for, of equally near ones the earlier; NaN of none. */
export function nearestStep(steps: readonly number[], asked: number): number {
  return steps.reduce((best, step) => (Math.abs(step - asked) < Math.abs(best - asked) || Number.isNaN(best) ? step : best), NaN);
}
