import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";

import { call } from "@/api/call";
import { experimentQuery } from "@/api/queries";
import type { PanelRun } from "@/charts/line-chart";
import { Button } from "@/components/button";
import { useCommands } from "@/components/commands";
import { Segments } from "@/components/fields";
import { ErrorBoundary, ErrorNote, Skeleton } from "@/components/notices";
import { Menu } from "@/components/overlays";
import { Page } from "@/components/page";
import { StarButton } from "@/components/star-button";
import { isStarred, useStarExperiment } from "@/live/stars";
import { BASE_COLUMNS, columnsOf, DURATION, defaultColumns, type KeyTable, orderBy } from "@/features/workspace/columns";
import { copyMarkdown, exportCsv } from "@/features/workspace/export-table";
import { withClause } from "@/features/workspace/filters";
import { GroupPicker } from "@/features/workspace/group-picker";
import { GroupedTable } from "@/features/workspace/grouped-table";
import { FilterBar } from "@/features/workspace/filter-bar";
import { SelectionBar } from "@/features/workspace/selection-bar";
import { firstShown, onlyShown } from "@/features/workspace/shown-runs";
import { Splitter } from "@/features/workspace/splitter";
import { VIEWS, WORKSPACE, type Workspace } from "@/features/workspace/state";
import { ColumnPicker } from "@/features/workspace/table/column-picker";
import { useDefaultView } from "@/features/workspace/use-default-view";
import { useLiveRows } from "@/features/workspace/use-live-rows";
import { fixedSlot, rowsOf, useKeys, useRuns } from "@/features/workspace/use-runs";
import { ViewsMenu } from "@/features/workspace/views-menu";
import { WorkspaceTable } from "@/features/workspace/workspace-table";
import inspectorStyles from "@/features/workspace/inspector.module.css";
import styles from "@/features/workspace/workspace.module.css";
import { formatCount } from "@/format/numbers";
import { useViewState, type ViewState } from "@/url/navigation";
import { PATHS } from "@/url/paths";

const WorkspaceCharts = lazy(() => import("@/features/workspace/workspace-charts").then(({ WorkspaceCharts }) => ({ default: WorkspaceCharts })));
const ExploreView = lazy(() => import("@/features/workspace/explore/explore-view").then(({ ExploreView }) => ({ default: ExploreView })));
const MediaView = lazy(() => import("@/features/workspace/media-view").then(({ MediaView }) => ({ default: MediaView })));
const TreeTable = lazy(() => import("@/features/workspace/tree-table").then(({ TreeTable }) => ({ default: TreeTable })));
const Inspector = lazy(() => import("@/features/workspace/inspector").then(({ Inspector }) => ({ default: Inspector })));
const NotesView = lazy(() => import("@/features/workspace/notes-view").then(({ NotesView }) => ({ default: NotesView })));

const TITLES = { table: "Table", split: "Split", charts: "Charts", explore: "Explore", media: "Media", notes: "Notes" } as const;

/** One experiment, or several: its runs as a table, as charts, or explained. */
export function WorkspacePage() {
  const { experimentId } = useParams({ strict: false });
  const view = useViewState(WORKSPACE);
  const idList = experimentId ?? view.values.exp.join("\n");
  const experimentIds = useMemo(() => idList.split("\n").filter(Boolean), [idList]);
  const { data, error, refetch } = useQuery({ ...experimentQuery(experimentId ?? ""), enabled: experimentId !== undefined });
  const name = experimentId === undefined ? `${experimentIds.length} experiments` : (data?.experiment.name ?? `Experiment ${experimentId}`);
  useDefaultView(data?.experiment);
  const star = useStarExperiment();
  const experiment = data?.experiment;
  const tabs = <Segments label="View" options={VIEWS.map((one) => [one, TITLES[one]] as const)} value={view.values.view} onPick={(picked) => view.change({ view: picked })} />;
  useCommands(VIEWS.map((one, place) => ({ name: `view-${one}`, words: `${TITLES[one]} view`, group: "View", keys: [String(place + 1)], run: () => view.change({ view: one }) })));
  return (
    <Page title={name} crumbs={[["Experiments", PATHS.experiments]]} actions={<>{experiment ? <StarButton name={name} isOn={isStarred(experiment.tags)} onToggle={() => star(experiment)} /> : null}{tabs}</>}>
      {error ? (
        <div className={styles.notice}>
          <ErrorNote what={`Experiment ${experimentId} could not be read.`} error={error} onRetry={() => void refetch()} />
        </div>
      ) : (
        <WorkspaceBody key={idList} experimentIds={experimentIds} name={name} view={view} />
      )}
    </Page>
  );
}

interface BodyProps {
  readonly experimentIds: readonly string[];
  readonly name: string;
  readonly view: ViewState<Workspace>;
}

function WorkspaceBody({ experimentIds, name, view }: BodyProps) {
  const { values, change, ignored } = view;
  const [first, setFirst] = useState(0);
  const [isPicking, setIsPicking] = useState(false);
  const keys = useKeys(experimentIds, values.q, isPicking);
  const columns = useMemo(() => (values.cols.length ? values.cols : keys.table ? defaultColumns(keys.table) : []), [values.cols, keys.table]);
  const runs = useRuns({ experimentIds, q: values.q, sort: values.sort, columns, first }, keys.table);
  const treeColumns = useMemo(() => (columnsOf(columns, keys.table)), [columns, keys.table]);
  const live = useLiveRows(experimentIds, runs.data?.total === 0);
  const onFilter = useCallback((q: string) => change({ q }, { history: "replace" }), [change]);
  const drawn = useDrawnRuns(experimentIds, values, columns, values.view !== "table" || values.base !== "", runs.data?.offset === 0 ? runs.data.rows.map(({ id }) => id) : undefined);
  useCommands([
    { name: "columns", words: "Choose columns", group: "View", keys: ["#"], run: () => setIsPicking(true) },
    { name: "inspector", words: "Open or close the inspector", group: "View", keys: ["i"], run: () => change({ insp: !values.insp }) },
  ]);
  const wish = { experimentIds, q: runs.filter, order: orderBy(values.sort, keys.table), columns };
  const hasTable = values.view === "table" || values.view === "split";
  return (
    <div className={styles.workspace}>
      <FilterBar q={values.q} onChange={onFilter} keys={keys.table} experimentIds={experimentIds} refusal={runs.refusal} nMatching={runs.data?.total} nAll={keys.nAll} tookMs={runs.data?.tookMs}>
        {runs.data ? <span>{`${formatCount(drawn.slots.filter(Boolean).length)} drawn`}</span> : null}
        <Menu
          align="end"
          trigger={<Button disabled={!runs.data?.total}>Export</Button>}
          entries={[
            { words: "All matching runs as CSV", onPick: () => void exportCsv(wish, name) },
            { words: "Copy as Markdown", onPick: () => void copyMarkdown(wish) },
          ]}
        />
        {experimentIds.length === 1 ? <ViewsMenu experimentId={experimentIds[0] ?? ""} /> : null}
        {hasTable && keys.table?.tags.some(({ name }) => name === "mlflow.parentRunId") ? <Button aria-pressed={values.tree} onClick={() => change({ tree: !values.tree, by: [] })}>Nest</Button> : null}
        {keys.table && hasTable ? <GroupPicker keys={keys.table} by={values.by} onPick={(by) => change({ by })} /> : null}
        {keys.wholeTable ? <ColumnPicker keys={keys.wholeTable} total={keys.nAll ?? 0} chosen={columns} isOpen={isPicking} onOpenChange={setIsPicking} onChoose={(cols) => change({ cols })} density={values.rows} onDensity={(rows) => change({ rows })} /> : null}
      </FilterBar>
      {ignored.length ? <p className={styles.same} role="status">Not understood in the address, so left out: {ignored.join(", ")}.</p> : null}
      {keys.error ? <div className={styles.notice}><ErrorNote what="The runs could not be read." error={keys.error} onRetry={() => void keys.refetch()} /></div> : null}
      <div className={inspectorStyles.beside}>
      <div>
      {keys.table ? (
        <Views {...{ experimentIds, name, view, keys: keys.table, drawn: drawn.runs, hasTable }}>
          {values.by.length ? (
            <GroupedTable experimentIds={experimentIds} q={runs.filter} by={values.by} keys={keys.table} onOpen={(clauses) => change({ by: [], q: clauses.reduce(withClause, values.q) })} />
          ) : values.tree ? (
            <ErrorBoundary what="The tree cannot be shown."><Suspense fallback={<Skeleton height={240} />}><TreeTable experimentIds={experimentIds} q={runs.filter} sort={values.sort} columns={treeColumns} keys={keys.table} /></Suspense></ErrorBoundary>
          ) : (
          <WorkspaceTable experimentIds={experimentIds} experimentName={name} view={view} runs={runs} keys={keys.table} shown={drawn.slots} base={drawn.base} nNew={live.nNew} onShowNew={live.show} onView={setFirst} />
          )}
        </Views>
      ) : keys.error ? null : <div className={styles.notice}><Skeleton height={320} /></div>}
      </div>
      {values.insp && keys.table ? <Suspense><Inspector rows={runs.data?.rows ?? []} offset={runs.data?.offset ?? 0} keys={keys.table} onClose={() => change({ insp: false })} /></Suspense> : null}
      </div>
      <SelectionBar base={values.base} onDraw={(runIds) => change({ show: onlyShown(drawn.slots, runIds) })} onBase={(base) => change({ base })} />
    </div>
  );
}

interface ViewsProps extends BodyProps {
  readonly keys: KeyTable;
  readonly drawn: readonly PanelRun[];
  readonly hasTable: boolean;
  readonly children: React.ReactNode;
}

function Views({ experimentIds, view, keys, drawn, hasTable, children }: ViewsProps) {
  const { values, change } = view;
  const charts = (
    <ErrorBoundary what="The charts cannot be shown.">
      <Suspense fallback={<Skeleton height={240} />}>
        <WorkspaceCharts experimentIds={experimentIds} values={values} onChange={change} keys={keys} runs={drawn} />
      </Suspense>
    </ErrorBoundary>
  );
  if (values.view === "explore")
    return (
      <div className={styles.scroll}>
        <ErrorBoundary what="This view cannot be shown.">
          <Suspense fallback={<Skeleton height={320} />}>
            <ExploreView experimentIds={experimentIds} view={view} keys={keys} />
          </Suspense>
        </ErrorBoundary>
      </div>
    );
  if (values.view === "media" || values.view === "notes")
    return (
      <div className={styles.scroll}>
        <ErrorBoundary key={values.view} what="This view cannot be shown.">
          <Suspense fallback={<Skeleton height={320} />}>{values.view === "media" ? <MediaView view={view} runs={drawn} /> : <NotesView experimentIds={experimentIds} />}</Suspense>
        </ErrorBoundary>
      </div>
    );
  if (values.view === "charts") return <div className={styles.scroll}>{charts}</div>;
  if (!hasTable || values.view === "table") return <div className={styles.lower}>{children}</div>;
  return (
    <Splitter share={values.split} onChange={(split) => change({ split }, { history: "replace" })} upper={charts}>
      {children}
    </Splitter>
  );
}

/** Return the runs that are drawn with their colours, and the baseline, wherever in the table they are. */
function useDrawnRuns(experimentIds: readonly string[], values: Workspace, columns: readonly string[], isWanted: boolean, firstIds: readonly string[] | undefined) {
  const [lastFirst, setLastFirst] = useState<readonly string[]>([]);
  const sorted = firstIds ?? lastFirst;
  if (firstIds && firstIds.join() !== lastFirst.join()) setLastFirst(firstIds);
  const slotList = values.show.length ? values.show.join() : firstShown(sorted, values.top).join();
  const slots = useMemo(() => slotList.split(","), [slotList]);
  const wanted = useMemo(() => [...new Set([...slots, values.base])].filter(Boolean).toSorted(), [slots, values.base]);
  const asked = useMemo(() => [...new Set([...BASE_COLUMNS, ...columns.filter((name) => name !== DURATION)])], [columns]);
  const { data } = useQuery({
    queryKey: ["runs", "drawn", experimentIds, wanted, asked],
    queryFn: async ({ signal }) => rowsOf(await call("query_runs", { experiment_ids: experimentIds, filter: `run_id IN (${wanted.map((id) => `'${id.replaceAll("'", "''")}'`).join(", ")})`, columns: asked, limit: wanted.length }, { signal })),
    enabled: isWanted && wanted.length > 0,
    placeholderData: (before) => before,
  });
  return useMemo(() => {
    const byId = new Map(data?.map((row) => [row.id, row]));
    const runs = slots.flatMap((id, slot): PanelRun[] => {
      const row = byId.get(id);
      return row ? [{ id, slot: fixedSlot(row) ?? slot, name: String(row.cells["attributes.run_name"] ?? id) }] : [];
    });
    return { slots, runs, base: byId.get(values.base) };
  }, [data, slots, values.base]);
}
