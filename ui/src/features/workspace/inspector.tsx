import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useEffect, useMemo, useState } from "react";

import { call } from "@/api/call";
import { useHover } from "@/charts/hover";
import { decodeSeries } from "@/charts/series";
import { sparklinePoints } from "@/charts/sparkline";
import { IconButton } from "@/components/button";
import { Link } from "@/components/link";
import { EmptyState, ErrorNote, Skeleton, StatusWord } from "@/components/notices";
import type { KeyTable } from "@/features/workspace/columns";
import styles from "@/features/workspace/inspector.module.css";
import { useSelection } from "@/features/workspace/table/selection";
import type { RunRow } from "@/features/workspace/use-runs";
import { byWeight } from "@/format/directions";
import { compareNatural } from "@/format/names";
import { formatNumber, numberOf } from "@/format/numbers";
import { NOTE_TAG } from "@/url/columns";
import { PATHS } from "@/url/paths";
import { Markdown } from "@/viewers/markdown";

interface InspectorProps {
  readonly rows: readonly RunRow[];
  readonly offset: number;
  readonly keys: KeyTable;
  readonly onClose: () => void;
}

const SETTLED_MS = 150;
const MOST_SPARKLINES = 30;

/** What is known of the run that is pointed at, else of the one at which the keyboard is. */
export function Inspector({ rows, offset, keys, onClose }: InspectorProps) {
  const pointed = useSettled(useHover(({ runId }) => runId), SETTLED_MS);
  const active = useSelection((selection) => selection.active);
  const runId = pointed ?? rows[active - offset]?.id;
  return (
    <aside className={styles.inspector} aria-label="Inspector">
      <header>
        <h2>Inspector</h2>
        <IconButton label="Close the inspector" onClick={onClose}><X size={14} aria-hidden /></IconButton>
      </header>
      {runId === undefined ? <EmptyState title="Point at a run">Its parameters, metrics, tags and note stand here.</EmptyState> : <Inspected key={runId} runId={runId} keys={keys} />}
    </aside>
  );
}

/** The last value that stayed for a while and was not null; moving over rows asks for none of them. */
function useSettled(value: string | null, ms: number): string | null {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    if (value === null) return undefined;
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

function Inspected({ runId, keys }: { readonly runId: string; readonly keys: KeyTable }) {
  const { data, error, refetch } = useQuery({ queryKey: ["run", runId, "whole"], queryFn: ({ signal }) => call("get_run", { run_id: runId }, { signal }) });
  const run = data?.run;
  const metrics = useMemo(() => {
    const values = new Map(run?.data.metrics?.map(({ key, value }) => [key, value]));
    return byWeight([...values.keys()].filter((key) => !key.startsWith("system/")), keys.preferences).map((key) => [key, values.get(key)] as const);
  }, [run, keys.preferences]);
  const drawn = useMemo(() => metrics.slice(0, MOST_SPARKLINES).map(([key]) => key), [metrics]);
  const lines = useQuery({
    queryKey: ["run", runId, "sparklines", drawn],
    queryFn: async ({ signal }) => new Map(decodeSeries(await call("query_series", { run_ids: [runId], keys: drawn, n_buckets: 60 }, { signal })).series.map((one) => [one.key, one])),
    enabled: drawn.length > 0,
  });
  if (error) return <ErrorNote what="The run could not be read." error={error} onRetry={() => void refetch()} />;
  if (!run) return <Skeleton height={240} />;
  const varying = new Set(keys.params.filter(({ varies }) => varies).map(({ name }) => name));
  const params = (run.data.params ?? []).toSorted((left, right) => Number(varying.has(right.key)) - Number(varying.has(left.key)) || compareNatural(left.key, right.key));
  const tags = run.data.tags ?? [];
  const note = tags.find(({ key }) => key === NOTE_TAG)?.value;
  const own = tags.filter(({ key }) => !/^(mlflow|assay)\./.test(key));
  return (
    <>
      <p className={styles.name}><Link to={PATHS.run(runId)}>{run.info.run_name ?? runId}</Link> <StatusWord status={run.info.status} /></p>
      <h3>Parameters</h3>
      <dl>{params.map(({ key, value }) => <Fact key={key} name={key} words={value ?? ""} isStrong={varying.has(key)} />)}</dl>
      <h3>Metrics</h3>
      <dl>
        {metrics.map(([key, value]) => {
          const series = lines.data?.get(key);
          const number = numberOf(value);
          const points = series ? sparklinePoints(series, 60, 14) : "";
          return <Fact key={key} name={key} words={number === undefined ? String(value) : formatNumber(number)} line={points.includes(" ") ? points : ""} />;
        })}
      </dl>
      {own.length ? <><h3>Tags</h3><dl>{own.map(({ key, value }) => <Fact key={key} name={key} words={value ?? ""} />)}</dl></> : null}
      {note ? <><h3>Note</h3><Markdown text={note} /></> : null}
    </>
  );
}

interface FactProps {
  readonly name: string;
  readonly words: string;
  readonly isStrong?: boolean;
  /** Points of a sparkline. */
  readonly line?: string;
}

function Fact({ name, words, isStrong = false, line = "" }: FactProps) {
  return (
    <div data-strong={isStrong || undefined}>
      <dt title={name}>{name}</dt>
      <dd title={words}>
        {line ? <svg width="60" height="14" aria-hidden><polyline points={line} fill="none" stroke="var(--accent)" strokeWidth="1.25" /></svg> : null}
        {words}
      </dd>
    </div>
  );
}
