/** Which way a metric is better, as its name suggests; what an experiment sets comes before. */
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

const FIRST = ["val", "valid", "validation", "eval", "dev"];

/** Return metrics in the order of their weight for choosing: those with a direction first, of held-out data before others. */
export function byWeight(keys: readonly string[]): string[] {
  const weigh = (key: string) => {
    const words = wordsOf(key);
    const isCost = words.some((word) => ["time", "ms", "seconds", "duration", "size", "bytes", "memory", "latency", "params"].includes(word));
    return (guessDirection(key) ? 0 : 20) + (isCost ? 10 : 0) + (words.includes("test") ? 0 : words.some((word) => FIRST.includes(word)) ? 1.5 : words.includes("train") ? 4 : 2) + (guessDirection(key) === "higher" ? 0 : 1) + (key.startsWith("system/") ? 100 : 0);
  };
  return keys.toSorted((left, right) => weigh(left) - weigh(right) || left.localeCompare(right));
}
