import { useMemo, useState } from "react";

import type { Brush } from "@/charts/parallel";
import { Select } from "@/components/fields";
import { EmptyState, ErrorNote, Skeleton } from "@/components/notices";
import { type KeyTable } from "@/features/workspace/columns";
import { BoxPanel } from "@/features/workspace/explore/box-panel";
import { DependencePanel } from "@/features/workspace/explore/dependence-panel";
import styles from "@/features/workspace/explore/explore.module.css";
import { ImportancePanel, useImportance } from "@/features/workspace/explore/importance-panel";
import { ParallelPanel, shortName } from "@/features/workspace/explore/parallel-panel";
import { ParetoPanel, readGoal, writeGoal } from "@/features/workspace/explore/pareto-panel";
import { ScatterPanel } from "@/features/workspace/explore/scatter-panel";
import { SurfacePanel } from "@/features/workspace/explore/surface-panel";
import { useColumns } from "@/features/workspace/explore/use-columns";
import { withClause } from "@/features/workspace/filters";
import type { Workspace } from "@/features/workspace/state";
import { directionOf, type Preferences } from "@/format/directions";
import type { ViewState } from "@/url/navigation";
import { columnName } from "@/url/columns";

interface ExploreViewProps {
  readonly experimentIds: readonly string[];
  readonly view: ViewState<Workspace>;
  readonly keys: KeyTable;
}

const MOST_AXES = 7;

/** What matters, and which run to take: importance, parallel coordinates, scatter, Pareto front. */
export function ExploreView({ experimentIds, view, keys }: ExploreViewProps) {
  const { values, change } = view;
  const [picked, setPicked] = useState("");
  const metrics = useMemo(() => keys.metrics.map(({ name }) => columnName("metrics", name)), [keys]);
  const target = values.target || (keys.primary === undefined ? (metrics[0] ?? "") : columnName("metrics", keys.primary));
  const varying = useMemo(() => keys.params.filter(({ varies }) => varies).map(({ name }) => columnName("params", name)), [keys]);
  const importance = useImportance(experimentIds, values.q, target);
  const ordered = useMemo(() => {
    const weights = importance.data?.params.map(({ name }) => columnName("params", name)) ?? [];
    return [...weights.filter((name) => varying.includes(name)), ...varying.filter((name) => !weights.includes(name))];
  }, [importance.data, varying]);
  const axes = useMemo(() => [...(values.axes.length ? values.axes : ordered.slice(0, MOST_AXES)), target].filter(Boolean), [values.axes, ordered, target]);
  const goals = useMemo(() => (values.goals.length ? values.goals.map(readGoal) : defaultGoals(target, metrics, keys.preferences)), [values.goals, target, metrics, keys.preferences]);
  const [sx, sy, sc] = [values.sx || (ordered[0] ?? metrics[1] ?? target), values.sy || target, values.sc || (ordered[1] ?? target)];
  const numeric = useMemo(() => keys.params.filter(({ varies, type }) => varies && type === "number").map(({ name }) => columnName("params", name)), [keys]);
  const [cx, cy] = [values.cx || ranked(ordered, numeric)[0] || "", values.cy || ranked(ordered, numeric)[1] || ""];
  const categories = useMemo(() => [...varying, ...keys.tags.filter(({ name, varies }) => varies && !/^(mlflow|assay)\./.test(name)).map(({ name }) => columnName("tags", name))], [varying, keys]);
  const by = values.by2 || (ordered.find((name) => !numeric.includes(name)) ?? ordered[0] ?? "");
  const columns = useMemo(() => [...new Set([...axes, ...goals.map(({ column }) => column), sx, sy, sc, cx, cy, by])].filter(Boolean).toSorted(), [axes, goals, sx, sy, sc, cx, cy, by]);
  const { data, error, refetch } = useColumns(experimentIds, values.q, columns);
  const brushes = useMemo(() => values.brush.map(readBrush), [values.brush]);
  if (!metrics.length) return <EmptyState title="Nothing to explain yet">These runs have logged no metric.</EmptyState>;
  if (error) return <ErrorNote what="The runs could not be read." error={error} onRetry={() => void refetch()} />;
  const choices = [...metrics, ...varying].map((name) => [name, shortName(name)] as const);
  return (
    <div className={styles.explore}>
      <div className={styles.bar}>
        <Select label="Target" value={target} options={metrics.map((name) => [name, shortName(name)] as const)} onPick={(picked) => change({ target: picked, axes: [], goals: [] })} />
        {varying.length ? null : <span className={styles.note}>All runs have the same parameters, so none can be told to matter.</span>}
      </div>
      <section className={styles.card} aria-label="Importance">
        <h2>What matters for {shortName(target)}</h2>
        <ImportancePanel experimentIds={experimentIds} q={values.q} target={target} picked={picked} onPick={setPicked} />
        {picked ? <DependencePanel experimentIds={experimentIds} q={values.q} target={target} param={picked} /> : null}
      </section>
      {data ? (
        <div className={styles.right}>
          <ParallelPanel
            data={data}
            names={axes}
            target={target}
            flipped={values.flip}
            brushes={brushes}
            onFlip={(name) => change({ flip: values.flip.includes(name) ? values.flip.filter((one) => one !== name) : [...values.flip, name] })}
            onBrush={(next) => change({ brush: next.map(writeBrush) })}
            onFilter={(clause) => change({ q: withClause(values.q, clause), brush: [] })}
          />
          <section className={styles.card} aria-label="Scatter">
            <header>
              <h2>Scatter</h2>
              <span className={styles.selects}>
                <Select label="y" value={sy} options={choices} onPick={(name) => change({ sy: name })} />
                <Select label="x" value={sx} options={choices} onPick={(name) => change({ sx: name })} />
                <Select label="colour" value={sc} options={choices} onPick={(name) => change({ sc: name })} />
              </span>
            </header>
            <ScatterPanel data={data} x={sx} y={sy} colour={sc} />
          </section>
        </div>
      ) : (
        <Skeleton height={320} />
      )}
      {data && (numeric.length > 1 || by) ? (
        <div className={`${styles.two} ${styles.wide}`}>
          {numeric.length > 1 ? <SurfacePanel data={data} x={cx} y={cy} target={target} choices={numeric} onPick={(x, y) => change({ cx: x, cy: y })} /> : null}
          {by ? <BoxPanel data={data} by={by} target={target} direction={directionOf(shortName(target), keys.preferences) ?? "higher"} choices={categories} onPick={(picked) => change({ by2: picked })} /> : null}
        </div>
      ) : null}
      {data ? <ParetoPanel data={data} goals={goals} metrics={metrics} onChange={(next, isDrag) => change({ goals: next.map(writeGoal) }, { history: isDrag ? "replace" : "push" })} /> : null}
    </div>
  );
}

/** Return names in the order of another list, as far as they are in it. */
function ranked(order: readonly string[], names: readonly string[]): string[] {
  return order.filter((name) => names.includes(name));
}

function defaultGoals(target: string, metrics: readonly string[], preferences: Preferences) {
  const costs = metrics.filter((name) => name !== target && /size|latency|time|duration|memory|params/i.test(name) && !name.includes("system/"));
  const others = metrics.filter((name) => name !== target && !costs.includes(name) && directionOf(shortName(name), preferences));
  return [target, ...[...costs, ...others].slice(0, 2)].map((column) => ({ column, direction: directionOf(shortName(column), preferences) ?? ("higher" as const), weight: 1, limit: undefined }));
}

function readBrush(text: string): Brush {
  const parts = text.split("|");
  return { axis: parts.slice(0, -2).join("|"), from: Number(parts.at(-2)), to: Number(parts.at(-1)) };
}

function writeBrush({ axis, from, to }: Brush): string {
  return `${axis}|${from.toFixed(4)}|${to.toFixed(4)}`;
}
