import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";

import { call } from "@/api/call";
import { usePreferences } from "@/api/preferences";
import type { Event } from "@/api/schema.gen";
import { Link } from "@/components/link";
import { StatusWord } from "@/components/notices";
import styles from "@/features/home/home.module.css";
import { progressOf } from "@/features/home/progress";
import { byWeight } from "@/format/directions";
import { formatCount, formatNumber, numberOf } from "@/format/numbers";
import { formatDuration } from "@/format/units";
import { useLiveEvents } from "@/live/connection";
import { PATHS } from "@/url/paths";

interface RunningRowProps {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly startMs: number;
  readonly nowMs: number;
}

const EVERY_MS = 1000;

/** A run that goes on: how far it has come, what its first metric says now, how long it will take. */
export function RunningRow({ id, name, status, startMs, nowMs }: RunningRowProps) {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const { data, dataUpdatedAt } = useQuery({ queryKey: ["run", id, "whole"], queryFn: ({ signal }) => call("get_run", { run_id: id }, { signal }) });
  const refresh = useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void client.invalidateQueries({ queryKey: ["run", id, "whole"] }, { cancelRefetch: false });
    }, EVERY_MS);
  }, [client, id]);
  const onEvent = useCallback((event: Event) => event.run_id === id && refresh(), [id, refresh]);
  useLiveEvents(onEvent, refresh);
  useEffect(() => () => clearTimeout(timer.current), []);
  const run = data?.run;
  const preferences = usePreferences(run ? [run.info.experiment_id] : []);
  const metrics = new Map(run?.data.metrics?.filter(({ key }) => !key.startsWith("system/")).map((metric) => [metric.key, metric]));
  const first = metrics.get(byWeight([...metrics.keys()], preferences)[0] ?? "");
  const step = Math.max(0, ...[...metrics.values()].map((metric) => Number(metric.step ?? 0)));
  const params = new Map(run?.data.params?.map(({ key, value }) => [key, value ?? ""]));
  const { share, total, leftMs } = progressOf(step, params, Math.max(0, (dataUpdatedAt || nowMs) - startMs));
  const value = first && numberOf(first.value);
  return (
    <li className={styles.running}>
      <Link to={PATHS.run(id)}>{name}</Link>
      <StatusWord status={status} />
      {value === undefined || !first ? null : <span>{first.key} <b>{formatNumber(value)}</b></span>}
      <small>
        {metrics.size ? `step ${formatCount(step)}${total === undefined ? "" : ` of ${formatCount(total)}`} · ` : ""}
        for {formatDuration(Math.max(0, nowMs - startMs))}
        {leftMs === undefined ? "" : ` · about ${formatDuration(leftMs)} left`}
      </small>
      {share === undefined ? null : <progress value={share} max={1} aria-label={`${name} is ${Math.round(share * 100)} % done`} />}
    </li>
  );
}
