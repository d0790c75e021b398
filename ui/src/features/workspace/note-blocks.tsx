import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { addressOf, call } from "@/api/call";
import type { PanelRun } from "@/charts/line-chart";
import { LinePanel } from "@/charts/line-panel";
import { type ChartState } from "@/charts/panel-state";
import { ErrorBoundary, ErrorNote, Skeleton } from "@/components/notices";
import { orderBy } from "@/features/workspace/columns";
import { expandFilter } from "@/features/workspace/filters";
import { notePartsOf, runsOfNote, withRunLinks } from "@/features/workspace/note-parts";
import styles from "@/features/workspace/notes.module.css";
import { WORKSPACE } from "@/features/workspace/state";
import { rowsOf, useKeys } from "@/features/workspace/use-runs";
import { columnName } from "@/url/columns";
import { directionOf } from "@/format/directions";
import { formatNumber, numberOf } from "@/format/numbers";
import { PATHS } from "@/url/paths";
import { Markdown } from "@/viewers/markdown";

interface NoteBlocksProps {
  readonly text: string;
  readonly experimentIds: readonly string[];
}

/** A note as it is read: Markdown, runs as links with their values, charts. */
export function NoteBlocks({ text, experimentIds }: NoteBlocksProps) {
  const parts = useMemo(() => notePartsOf(text), [text]);
  const words = useRunWords(text, experimentIds);
  const link = (runId: string) => addressOf(PATHS.run(runId));
  return (
    <div className={styles.blocks}>
      {parts.map((part, place) => {
        const key = `${part.kind} ${place}`;
        if (part.kind === "text") return <Markdown key={key} text={withRunLinks(part.text, (id) => words.get(id), link)} />;
        if (part.kind === "wrong") return <p key={key} role="alert">{part.words}</p>;
        return <ErrorBoundary key={key} what={`${part.panel} cannot be drawn.`}><NotePanel metric={part.panel} q={part.q} viewId={part.view} experimentIds={experimentIds} /></ErrorBoundary>;
      })}
    </div>
  );
}

/** Return what stands for the runs of a note: name, status when it is not done, value of the primary metric. */
function useRunWords(text: string, experimentIds: readonly string[]): ReadonlyMap<string, string> {
  const ids = runsOfNote(text);
  const { table: keys } = useKeys(experimentIds, "", false);
  const primary = keys?.primary;
  const columns = ["attributes.run_name", "attributes.status", ...(primary === undefined ? [] : [columnName("metrics", primary)])];
  const { data } = useQuery({
    queryKey: ["runs", "of-note", ids, columns],
    queryFn: async ({ signal }) => rowsOf(await call("query_runs", { experiment_ids: experimentIds, filter: `run_id IN (${ids.map((id) => `'${id}'`).join(", ")})`, columns, limit: ids.length }, { signal })),
    enabled: ids.length > 0 && keys !== undefined,
  });
  return useMemo(
    () =>
      new Map(
        data?.map(({ id, cells }) => {
          const value = primary === undefined ? undefined : numberOf(cells[columnName("metrics", primary)]);
          const status = cells["attributes.status"] === "FINISHED" ? "" : ` · ${String(cells["attributes.status"]).toLowerCase()}`;
          return [id, `${String(cells["attributes.run_name"] ?? id)}${status}${value === undefined ? "" : ` · ${primary} ${formatNumber(value)}`}`];
        }),
      ),
    [data, primary],
  );
}

interface NotePanelProps {
  readonly metric: string;
  readonly q: string;
  readonly viewId: string;
  readonly experimentIds: readonly string[];
}

const MOST_DRAWN = 10;
const HEIGHT = 260;

/** A chart of a metric: of the first runs of a filter, or of a saved view. */
function NotePanel({ metric, q, viewId, experimentIds }: NotePanelProps) {
  const saved = useQuery({ queryKey: ["view", viewId], queryFn: ({ signal }) => call("get_view", { view_id: viewId }, { signal }), enabled: viewId !== "" });
  const { table: keys } = useKeys(experimentIds, "", false);
  const values = useMemo(() => {
    const fields: Record<string, unknown> = saved.data ? JSON.parse(saved.data.view.state) : {};
    return WORKSPACE.read(Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]))).values;
  }, [saved.data]);
  const [changed, setChanged] = useState<Partial<ChartState>>({});
  const filter = q || values.q;
  const { data, error, refetch } = useQuery({
    queryKey: ["runs", "of-panel", experimentIds, filter, values.sort, keys?.primary],
    queryFn: async ({ signal }) => rowsOf(await call("query_runs", { experiment_ids: experimentIds, filter: expandFilter(filter), order_by: orderBy(values.sort, keys), columns: ["attributes.run_name"], limit: MOST_DRAWN }, { signal })),
    enabled: keys !== undefined && (viewId === "" || saved.data !== undefined),
  });
  const runs = useMemo(() => data?.map(({ id, cells }, slot): PanelRun => ({ id, slot, name: String(cells["attributes.run_name"] ?? id) })) ?? [], [data]);
  const metrics = useMemo(() => [metric], [metric]);
  const failure = saved.error ?? error;
  if (failure) return <ErrorNote what={`${metric} could not be drawn.`} error={failure} onRetry={() => void refetch()} />;
  if (!data || !keys) return <Skeleton height={HEIGHT} />;
  return <LinePanel title={metric} metrics={metrics} runs={runs} state={{ ...values, ...changed }} onChange={(next) => setChanged({ ...changed, ...next })} direction={directionOf(metric, keys.preferences)} height={HEIGHT} />;
}
