import { X } from "lucide-react";
import { useMemo } from "react";
import { useNavigate } from "@tanstack/react-router";

import { type Objective, paretoFront, scores } from "@/charts/pareto";
import { cellAt, type RunColumns } from "@/charts/run-columns";
import { Button, IconButton } from "@/components/button";
import { Select, TextField } from "@/components/fields";
import { Link } from "@/components/link";
import styles from "@/features/workspace/explore/explore.module.css";
import { shortName } from "@/features/workspace/explore/parallel-panel";
import { ScatterPanel } from "@/features/workspace/explore/scatter-panel";
import { formatCount, formatNumber } from "@/format/numbers";
import { PATHS } from "@/url/paths";

/** An objective as the address says it. */
export interface Goal {
  readonly column: string;
  readonly direction: "lower" | "higher";
  readonly weight: number;
  readonly limit: number | undefined;
}

/** Return the goal that a text of the address says. */
export function readGoal(text: string): Goal {
  const [column = "", direction = "", weight = "", limit = ""] = text.split("|");
  return { column, direction: direction === "lower" ? "lower" : "higher", weight: weight === "" || !Number.isFinite(Number(weight)) ? 1 : Number(weight), limit: limit === "" || !Number.isFinite(Number(limit)) ? undefined : Number(limit) };
}

/** Return the text of a goal for the address. */
export function writeGoal({ column, direction, weight, limit }: Goal): string {
  return [column, direction, weight, limit ?? ""].join("|");
}

interface ParetoPanelProps {
  readonly data: RunColumns;
  readonly goals: readonly Goal[];
  readonly metrics: readonly string[];
  readonly onChange: (goals: readonly Goal[], isDrag: boolean) => void;
}

const MOST_GOALS = 4;
const MOST_LISTED = 50;
const MOST_COMPARED = 50;

/** The runs that no other run beats in all objectives, ranked by a score whose weights can be drawn. */
export function ParetoPanel({ data, goals, metrics, onChange }: ParetoPanelProps) {
  const navigate = useNavigate();
  const objectives = useMemo(() => goals.flatMap(({ column, direction, limit }): Objective[] => {
    const found = data.columns.get(column);
    return found?.kind === "number" ? [{ name: column, direction, values: found.values, limit }] : [];
  }), [data, goals]);
  const front = useMemo(() => (objectives.length > 1 ? paretoFront(objectives, data.nRuns) : []), [objectives, data.nRuns]);
  const ranked = useMemo(() => {
    const points = scores(objectives, goals.map(({ weight }) => weight), front);
    return front.map((row, place) => ({ row, score: points[place] ?? 0 })).toSorted((left, right) => right.score - left.score);
  }, [objectives, goals, front]);
  const name = data.columns.get("attributes.run_name");
  const put = (place: number, change: Partial<Goal>, isDrag = false) => onChange(goals.map((goal, other) => (other === place ? { ...goal, ...change } : goal)), isDrag);
  const free = metrics.filter((metric) => !goals.some(({ column }) => column === metric));
  return (
    <section className={`${styles.card} ${styles.wide}`} aria-label="Pareto front">
      <header>
        <h2>Pareto front</h2>
        <span className={styles.note}>{`${formatCount(front.length)} of ${formatCount(data.nRuns)} runs are not beaten in all objectives`}</span>
        <Button disabled={ranked.length < 2} onClick={() => void navigate({ to: PATHS.compare, search: { runs: ranked.slice(0, MOST_COMPARED).map(({ row }) => data.ids[row] ?? "").join(",") } })}>Compare front</Button>
      </header>
      <div className={styles.two}>
        <div className={styles.goals}>
          {goals.map((goal, place) => (
            <div key={goal.column} className={styles.goal}>
              <span title={goal.column}>{shortName(goal.column)}</span>
              <Select label={`Direction of ${goal.column}`} isLabelHidden value={goal.direction} options={[["higher", "↑ high"], ["lower", "↓ low"]]} onPick={(value) => put(place, { direction: value === "lower" ? "lower" : "higher" })} />
              <input type="range" min="0" max="1" step="0.05" value={goal.weight} aria-label={`Weight of ${goal.column}`} onChange={(event) => put(place, { weight: Number(event.target.value) }, true)} />
              <TextField label={`Limit of ${goal.column}`} isLabelHidden type="number" step="any" placeholder={goal.direction === "lower" ? "at most" : "at least"} value={goal.limit ?? ""} onChange={(event) => put(place, { limit: event.target.value === "" ? undefined : Number(event.target.value) }, true)} />
              <IconButton label={`Remove ${goal.column}`} onClick={() => onChange(goals.filter((_, other) => other !== place), false)}>
                <X size={14} aria-hidden />
              </IconButton>
            </div>
          ))}
          {goals.length < MOST_GOALS && free.length ? <Select label="Add objective" isLabelHidden value="" options={[["", "Add an objective…"], ...free.map((metric) => [metric, shortName(metric)] as const)]} onPick={(column) => column && onChange([...goals, { column, direction: "lower", weight: 1, limit: undefined }], false)} /> : null}
          {goals.length > 1 ? <ScatterPanel data={data} x={goals[1]?.column ?? ""} y={goals[0]?.column ?? ""} colour="" marked={front} /> : <p className={styles.note}>Choose at least two objectives.</p>}
        </div>
        <div className={styles.frontBox} tabIndex={0} role="group" aria-label="Runs of the front">
          <table className={styles.front}>
            <thead>
              <tr>{["run", "score", ...goals.map(({ column }) => shortName(column))].map((title) => <th key={title} scope="col">{title}</th>)}</tr>
            </thead>
            <tbody>
              {ranked.slice(0, MOST_LISTED).map(({ row, score }, place) => (
                <tr key={data.ids[row]}>
                  <td>
                    {place === 0 ? "★ " : ""}
                    <Link to={PATHS.run(data.ids[row] ?? "")}>{name ? String(cellAt(name, row)) : data.ids[row]}</Link>
                  </td>
                  <td>{score.toFixed(2)}</td>
                  {objectives.map(({ name: column, values }) => <td key={column}>{formatNumber(values[row] ?? NaN)}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
          {ranked.length > MOST_LISTED ? <p className={styles.note}>{`The first ${MOST_LISTED} of ${formatCount(ranked.length)}.`}</p> : null}
        </div>
      </div>
    </section>
  );
}
