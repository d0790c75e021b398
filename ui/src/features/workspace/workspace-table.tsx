import { useCallback, useEffect, useMemo, useState } from "react";

import { Button } from "@/components/button";
import { useCommands } from "@/components/commands";
import { ErrorNote, ProgressLine, Skeleton } from "@/components/notices";
import { keepRunList } from "@/components/run-list";
import { ContextArea } from "@/components/overlays";
import { columnOf, constantParams, defaultColumns, effectiveSort, type KeyTable } from "@/features/workspace/columns";
import { movedBefore, pairsOf, withPair } from "@/features/workspace/column-state";
import { clauseOfCell, withClause } from "@/features/workspace/filters";
import { FirstRun } from "@/features/workspace/first-run";
import { NothingFound } from "@/features/workspace/nothing-found";
import { RunCards } from "@/features/workspace/run-cards";
import { onlyShown, toggled } from "@/features/workspace/shown-runs";
import type { Workspace } from "@/features/workspace/state";
import type { CellStyle } from "@/features/workspace/table/cell-words";
import { RunsGrid } from "@/features/workspace/table/runs-grid";
import { activate, addSelected, toggleSelected, useSelection } from "@/features/workspace/table/selection";
import { useColumnFacts } from "@/features/workspace/table/use-column-facts";
import type { RunRow, useRuns } from "@/features/workspace/use-runs";
import styles from "@/features/workspace/workspace.module.css";
import { shortened } from "@/format/names";
import { formatCount } from "@/format/numbers";
import { useIsPhone } from "@/components/use-is-phone";
import type { ViewState } from "@/url/navigation";
import { useNavigate } from "@tanstack/react-router";
import { PATHS } from "@/url/paths";

interface WorkspaceTableProps {
  readonly experimentIds: readonly string[];
  readonly experimentName: string;
  readonly view: ViewState<Workspace>;
  readonly runs: ReturnType<typeof useRuns>;
  readonly keys: KeyTable;
  readonly shown: readonly string[];
  readonly base: RunRow | undefined;
  readonly nNew: number;
  readonly onShowNew: () => void;
  readonly onView: (first: number) => void;
}

/** The table with what stands around it: constant params, empty states, new runs. */
export function WorkspaceTable({ experimentIds, experimentName, view, runs, keys, shown, base, nNew, onShowNew, onView }: WorkspaceTableProps) {
  const { values, change } = view;
  const { data } = runs;
  const isPhone = useIsPhone();
  const names = values.cols.length ? values.cols : defaultColumns(keys);
  const nameList = names.join("\n");
  const columns = useMemo(() => {
    const widths = pairsOf(values.widths);
    return nameList.split("\n").map((name) => {
      const column = columnOf(name, keys);
      return { ...column, width: Number(widths.get(name)) || column.width };
    });
  }, [nameList, keys, values.widths]);
  const styleOf = useMemo(() => styleReader(values.looks), [values.looks]);
  const facts = useColumnFacts(experimentIds, runs.filter, columns, isPhone ? undefined : data?.total, styleOf);
  useEffect(() => {
    if (data) keepRunList(data.rows.map(({ id }) => id), data.offset, data.total);
  }, [data]);
  const setShown = useCallback((next: readonly string[]) => change({ show: next }), [change]);
  const onToggleShown = useCallback((runId: string) => setShown(toggled(shown, runId)), [shown, setShown]);
  const actions = useMemo(
    () => ({
      experimentIds, filter: runs.filter, sort: effectiveSort(values.sort, keys),
      onSort: (sort: readonly string[]) => change({ sort }),
      onFilter: (clause: string) => change({ q: withClause(values.q, clause) }),
      onPin: (name: string) => change({ pin: values.pin.includes(name) ? values.pin.filter((one) => one !== name) : [...values.pin, name] }),
      onMove: (name: string, before: string) => change({ cols: movedBefore(nameList.split("\n"), name, before) }),
      onWidth: (name: string, width: number) => change({ widths: withPair(values.widths, name, String(width)) }, { history: "replace" }),
      onStyle: (name: string, style: CellStyle) => change({ looks: withPair(values.looks, name, style === "plain" ? "" : style) }),
      onHide: (name: string) => change({ cols: nameList.split("\n").filter((one) => one !== name) }),
    }),
    [experimentIds, runs.filter, keys, values.sort, values.q, values.pin, values.widths, values.looks, change, nameList],
  );
  useRowCommands(data?.rows ?? [], data?.offset ?? 0, data?.total ?? 0, { onToggleShown, onOnly: (id) => setShown(onlyShown(shown, [id])), onBase: (id) => change({ base: values.base === id ? "" : id }), onPin: actions.onPin });
  const entriesFor = (target: Element) => {
    const cell = target.closest("[data-column]");
    const [name, id] = [cell?.getAttribute("data-column") ?? "", cell?.getAttribute("data-row")];
    const row = data?.rows.find((one) => one.id === id);
    if (!row || !/^(params|metrics|tags|attributes\.(status|user_id|run_name))/.test(name)) return [];
    const value = row.cells[name] ?? null;
    return [
      { words: "Only runs with this value", onPick: () => actions.onFilter(clauseOfCell(name, value, true)) },
      { words: "Only runs without this value", onPick: () => actions.onFilter(clauseOfCell(name, value, false)) },
      { words: "Copy value", isDisabled: value === null, onPick: () => void navigator.clipboard.writeText(String(value)) },
    ];
  };
  if (runs.error && !data) return <div className={styles.notice}><ErrorNote what="The runs could not be read." error={runs.error} onRetry={() => void runs.refetch()} /></div>;
  if (!data) return <div className={styles.notice}><Skeleton height={240} /></div>;
  if (data.total === 0) return values.q ? <NothingFound experimentIds={experimentIds} q={runs.filter} onFilter={(q) => change({ q })} /> : <FirstRun experiment={experimentName} />;
  const same = constantParams(keys, keys.nSeen ?? data.total);
  return (
    <>
      {same.length ? (
        <p className={styles.same} title={same.map(({ name, value }) => `${name}=${String(value)}`).join(", ")}>
          {same.length} {same.length === 1 ? "parameter is" : "parameters are"} the same in {keys.nSeen === undefined ? "all rows" : `the newest ${formatCount(keys.nSeen)} runs`}: {same.map(({ name, value }) => `${name}=${shortened(String(value), 30)}`).join(", ")}
        </p>
      ) : null}
      <div className={styles.table}>
        <ProgressLine isBusy={runs.isBusy} words="Loading runs" />
        {isPhone ? (
          <RunCards rows={data.rows} total={data.total} columns={columns} />
        ) : (
          <ContextArea entriesFor={entriesFor}>
          <div className={styles.fill}>
          <RunsGrid data={data} columns={columns} pinned={values.pin} rowHeight={Number(values.rows)} shown={shown} base={base} actions={actions} facts={facts} styleOf={styleOf} onView={onView} onToggleShown={onToggleShown} />
          </div>
          </ContextArea>
        )}
        {nNew ? (
          <Button look="primary" className={styles.pill ?? ""} onClick={onShowNew}>
            {nNew} new {nNew === 1 ? "run" : "runs"} ↑
          </Button>
        ) : null}
      </div>
    </>
  );
}

function styleReader(looks: readonly string[]): (column: string) => CellStyle {
  const said = pairsOf(looks);
  return (column) => (said.get(column) === "heat" ? "heat" : said.get(column) === "bar" ? "bar" : "plain");
}

interface RowActions {
  readonly onToggleShown: (runId: string) => void;
  readonly onOnly: (runId: string) => void;
  readonly onBase: (runId: string) => void;
  readonly onPin: (column: string) => void;
}

function useRowCommands(rows: readonly RunRow[], offset: number, total: number, act: RowActions): void {
  const navigate = useNavigate();
  const active = useSelection((selection) => selection.active);
  const [isExtending, setIsExtending] = useState(false);
  const row = rows[active - offset];
  const move = (step: number, extends_ = false) => {
    if (extends_ && row) addSelected([row.id]);
    setIsExtending(extends_);
    activate(Math.min(total - 1, Math.max(0, active + step)));
  };
  useEffect(() => {
    if (isExtending && row) addSelected([row.id]);
  }, [isExtending, row]);
  const withRow = (run: (runId: string) => void) => () => row && run(row.id);
  useCommands([
    { name: "row-down", words: "Next run", group: "Runs", keys: ["j"], run: () => move(1) },
    { name: "row-up", words: "Previous run", group: "Runs", keys: ["k"], run: () => move(-1) },
    { name: "extend-down", words: "Extend the selection down", group: "Runs", keys: ["Shift+j"], run: () => move(1, true) },
    { name: "extend-up", words: "Extend the selection up", group: "Runs", keys: ["Shift+k"], run: () => move(-1, true) },
    { name: "open-run", words: "Open the run", group: "Runs", keys: ["Enter"], run: withRow((id) => void navigate({ to: PATHS.run(id) })) },
    { name: "select-run", words: "Select the run", group: "Runs", keys: ["x"], run: withRow(toggleSelected) },
    { name: "draw-run", words: "Draw or hide the run", group: "Runs", keys: ["v"], run: withRow(act.onToggleShown) },
    { name: "only-run", words: "Draw only this run", group: "Runs", keys: ["Shift+v"], run: withRow(act.onOnly) },
    { name: "base-run", words: "Set as baseline", group: "Runs", keys: ["b"], run: withRow(act.onBase) },
  ]);
}
