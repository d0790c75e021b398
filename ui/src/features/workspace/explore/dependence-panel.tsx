import { useQuery } from "@tanstack/react-query";

import { call } from "@/api/call";
import { ErrorNote, Skeleton } from "@/components/notices";
import styles from "@/features/workspace/explore/explore.module.css";
import { expandFilter } from "@/features/workspace/filters";
import { formatNumber, numberOf } from "@/format/numbers";

interface DependenceProps {
  readonly experimentIds: readonly string[];
  readonly q: string;
  readonly target: string;
  readonly param: string;
}

const WIDTH = 320;
const HEIGHT = 120;
const MARGIN = 6;

/** How the metric depends on one param, all others as they are: the mean prediction, and its quartiles over the runs. */
export function DependencePanel({ experimentIds, q, target, param }: DependenceProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ["dependence", experimentIds, q, target, param],
    queryFn: ({ signal }) => call("describe_dependence", { experiment_ids: experimentIds, filter: expandFilter(q), target, on: [param] }, { signal }),
  });
  if (error) return <ErrorNote what={`How it depends on ${param} could not be told.`} error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={HEIGHT} />;
  const { points } = data;
  const low = Math.min(...points.map((point) => point.low));
  const high = Math.max(...points.map((point) => point.high));
  const y = (value: number) => HEIGHT - MARGIN - ((value - low) / (high - low || 1)) * (HEIGHT - 2 * MARGIN);
  const x = (place: number) => MARGIN + (place / Math.max(1, points.length - 1)) * (WIDTH - 2 * MARGIN);
  const line = (of: (point: (typeof points)[number]) => number) => points.map((point, place) => `${x(place)},${y(of(point))}`);
  const words = (place: number) => {
    const value = points.at(place)?.values[0] ?? "";
    const number = numberOf(value);
    return number === undefined ? String(value) : formatNumber(number);
  };
  return (
    <figure aria-label={`${target} over ${param}: from ${formatNumber(points[0]?.mean ?? NaN)} at ${words(0)} to ${formatNumber(points.at(-1)?.mean ?? NaN)} at ${words(-1)}`}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width="100%" aria-hidden>
        <polygon points={[...line((point) => point.low), ...line((point) => point.high).toReversed()].join(" ")} fill="var(--accent)" opacity="0.15" />
        <polyline points={line((point) => point.mean).join(" ")} fill="none" stroke="var(--accent)" strokeWidth="2" />
        {points.map((point, place) => (
          <circle key={String(point.values[0])} cx={x(place)} cy={y(point.mean)} r="3" fill="var(--accent)">
            <title>{`${param} ${words(place)}: ${formatNumber(point.mean)} (${formatNumber(point.low)}–${formatNumber(point.high)})`}</title>
          </circle>
        ))}
      </svg>
      <figcaption className={styles.note}>{`${param} from ${words(0)} to ${words(-1)}; predicted ${formatNumber(low)} to ${formatNumber(high)}`}</figcaption>
    </figure>
  );
}
