/** How far a run has come, as far as its own parameters say where it ends. */
export interface Progress {
  readonly step: number;
  /** The last step it will reach; undefined when no parameter says so. */
  readonly total: number | undefined;
  /** From 0 to 1. */
  readonly share: number | undefined;
  /** Milliseconds until it is done at the speed so far. */
  readonly leftMs: number | undefined;
}

const TOTALS = ["total_steps", "max_steps", "n_steps", "num_steps", "steps", "iterations", "n_iter", "num_boost_round", "max_epochs", "num_train_epochs", "num_epochs", "n_epochs", "epochs"];

/** Return how far a run has come that began `elapsedMs` ago and has reached `step`, counted from 0. */
export function progressOf(step: number, params: ReadonlyMap<string, string>, elapsedMs: number): Progress {
  const total = TOTALS.map((name) => Number(params.get(name))).find((value) => Number.isFinite(value) && value > step);
  if (total === undefined) return { step, total, share: undefined, leftMs: undefined };
  const share = Math.min(1, (step + 1) / total);
  return { step, total, share, leftMs: (elapsedMs / share) * (1 - share) };
}
