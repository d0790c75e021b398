import { hoverRun, useHover } from "@/charts/hover";
import type { PanelRun } from "@/charts/line-chart";
import { slotToken } from "@/charts/palette";
import styles from "@/charts/panels.module.css";
import { formatNumber } from "@/format/numbers";

/** A metric that has one value a run. */
export interface SingleMetric {
  readonly key: string;
  readonly direction?: "lower" | "higher" | undefined;
  readonly values: ReadonlyMap<string, number>;
}

interface DotPanelProps {
  readonly title: string;
  readonly metrics: readonly SingleMetric[];
  readonly runs: readonly PanelRun[];
  readonly height: number;
}

/** Metrics with a single value a run: a line for each metric, a dot for each run. */
export function DotPanel({ title, metrics, runs, height }: DotPanelProps) {
  return (
    <section className={styles.panel} style={{ maxHeight: Math.max(height, 120), alignSelf: "start" }} aria-label={title} data-panel={title}>
      <header className={styles.head}>
        <h2>{title}</h2>
      </header>
      <div className={styles.dots} tabIndex={0} role="group" aria-label={title}>
        {metrics.map((metric) => (
          <DotRow key={metric.key} metric={metric} runs={runs} />
        ))}
      </div>
    </section>
  );
}

function DotRow({ metric, runs }: { readonly metric: SingleMetric; readonly runs: readonly PanelRun[] }) {
  const pointedAt = useHover((hover) => hover.runId);
  const dots = runs.flatMap((run) => {
    const value = metric.values.get(run.id);
    return value === undefined ? [] : [{ run, value }];
  });
  const finite = dots.map(({ value }) => value).filter(Number.isFinite);
  const [least, most] = [Math.min(...finite), Math.max(...finite)];
  const shareOf = (value: number) => (most > least ? (value - least) / (most - least) : 0.5);
  const best = finite.length ? (metric.direction === "lower" ? least : most) : NaN;
  const nHidden = dots.length - finite.length;
  const pointed = dots.find(({ run }) => run.id === pointedAt);
  return (
    <div className={styles.dotRow}>
      <span title={metric.key}>
        {metric.key} {metric.direction === "lower" ? "↓" : metric.direction === "higher" ? "↑" : ""}
      </span>
      <svg role="img" aria-label={`${metric.key}: ${finite.length} values from ${formatNumber(least)} to ${formatNumber(most)}`}>
        <line x1="0" x2="100%" y1="10" y2="10" stroke="var(--border)" />
        {dots.filter(({ value }) => Number.isFinite(value)).map(({ run, value }) => (
          <circle
            key={run.id}
            cx={`${2 + shareOf(value) * 96}%`}
            cy="10"
            r={run.id === pointedAt ? 6 : 4}
            fill={slotToken(run.slot)}
            fillOpacity={pointedAt && run.id !== pointedAt ? 0.3 : 0.85}
            onPointerEnter={() => hoverRun(run.id)}
            onPointerLeave={() => hoverRun(null)}
          >
            <title>{`${run.name}: ${formatNumber(value)}`}</title>
          </circle>
        ))}
      </svg>
      <span title={nHidden ? `${nHidden} not finite` : ""}>
        {pointed ? formatNumber(pointed.value) : `${metric.direction ? "★ " : ""}${formatNumber(best)}`}
        {nHidden ? ` · ${nHidden} ×` : ""}
      </span>
    </div>
  );
}
