/** Which way a metric is better: as the experiment says, else as its name suggests. */
export type Direction = "lower" | "higher";

const LOWER = new Set("loss losses error errors err rmse mse mae mape rmsle nll perplexity ppl wer cer fid latency ms seconds duration time size bytes params memory cost regret entropy divergence kl distance overfit gap brier logloss".split(" "));
const HIGHER = new Set("acc accuracy auc auroc auprc roc f1 f2 fbeta r2 precision recall score map ndcg mrr bleu rouge meteor iou miou dice jaccard reward return throughput speed specificity sensitivity kappa mcc likelihood psnr ssim top1 top5 wins winrate".split(" "));

/** Return the words of a key: `val/logLoss` has val, log and loss. */
export function wordsOf(key: string): string[] {
  return key.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase().split(/[^a-z0-9]+/).filter(Boolean);
}

/** Return which way a metric is better, or undefined when its name does not say; the last telling word counts. */
export function guessDirection(key: string): Direction | undefined {
  for (const word of wordsOf(key).toReversed()) {
    if (LOWER.has(word)) return "lower";
    if (HIGHER.has(word)) return "higher";
  }
  return undefined;
}

/** What an experiment says of its metrics. */
export interface Preferences {
  /** `none` where neither way is better. */
  readonly directions: ReadonlyMap<string, Direction | "none">;
  /** The metric that says which run is best. */
  readonly primary: string | undefined;
}

export const NO_PREFERENCES: Preferences = { directions: new Map(), primary: undefined };
export const PRIMARY_TAG = "assay.primary_metric";
export const DIRECTION_TAG = "assay.direction.";

/** Return what the tags of experiments say of metrics; the first that says something holds. */
export function preferencesOf(tags: readonly { readonly key: string; readonly value?: string | undefined }[]): Preferences {
  const directions = new Map<string, Direction | "none">();
  let primary: string | undefined;
  for (const { key, value } of tags) {
    if (key === PRIMARY_TAG && value) primary ??= value;
    const metric = key.startsWith(DIRECTION_TAG) ? key.slice(DIRECTION_TAG.length) : "";
    if (metric && !directions.has(metric) && (value === "lower" || value === "higher" || value === "none")) directions.set(metric, value);
  }
  return { directions, primary };
}

/** Return which way a metric is better, or undefined when nobody says. */
export function directionOf(key: string, { directions }: Preferences): Direction | undefined {
  const said = directions.get(key);
  return said === undefined ? guessDirection(key) : said === "none" ? undefined : said;
}

const FIRST = ["val", "valid", "validation", "eval", "dev"];

/** Return metrics in the order of their weight for choosing: the primary one, those with a direction, of held-out data before others. */
export function byWeight(keys: readonly string[], preferences: Preferences = NO_PREFERENCES): string[] {
  const weigh = (key: string) => {
    const words = wordsOf(key);
    const isCost = words.some((word) => ["time", "ms", "seconds", "duration", "size", "bytes", "memory", "latency", "params"].includes(word));
    const direction = directionOf(key, preferences);
    return (key === preferences.primary ? -100 : 0) + (direction ? 0 : 20) + (isCost ? 10 : 0) + (words.includes("test") ? 0 : words.some((word) => FIRST.includes(word)) ? 1.5 : words.includes("train") ? 4 : 2) + (direction === "higher" ? 0 : 1) + (key.startsWith("system/") ? 100 : 0);
  };
  return keys.toSorted((left, right) => weigh(left) - weigh(right) || left.localeCompare(right));
}
