import { useNavigate } from "@tanstack/react-router";

import { call } from "@/api/call";
import { messageOf } from "@/api/errors";
import { usePreferences } from "@/api/preferences";
import { Button } from "@/components/button";
import { Menu } from "@/components/overlays";
import { say, sayError } from "@/components/toasts";
import type { RunFacts } from "@/features/run/use-run";
import { byWeight, directionOf } from "@/format/directions";
import { columnName } from "@/url/columns";
import { PATHS } from "@/url/paths";

/** Compares a run with its parent, the best of the experiment, or the one before it. */
export function CompareWith({ run }: { readonly run: RunFacts }) {
  const navigate = useNavigate();
  const preferences = usePreferences([run.experimentId]);
  const primary = byWeight(run.metrics, preferences)[0];
  const parent = run.tags.get("mlflow.parentRunId");
  const open = (base: string) => void navigate({ to: PATHS.compare, search: { runs: `${base},${run.id}`, base } });
  const find = async (filter: string, order: string) => {
    try {
      const { run_ids } = await call("query_runs", { experiment_ids: [run.experimentId], filter, order_by: [order], columns: ["attributes.status"], limit: 2 });
      const other = run_ids.find((id) => id !== run.id);
      if (other === undefined) say("There is no other run to compare it with.");
      else open(other);
    } catch (error) {
      sayError(messageOf(error));
    }
  };
  const sortOf = (metric: string) => `${columnName("metrics", metric)} ${directionOf(metric, preferences) === "lower" ? "ASC" : "DESC"}`;
  return (
    <Menu
      align="end"
      trigger={<Button>Compare with</Button>}
      entries={[
        ...(primary === undefined ? [] : [{ words: `The best by ${primary}`, onPick: () => void find(`${columnName("metrics", primary)} is not null`, sortOf(primary)) }]),
        { words: "The run before it", onPick: () => void find(`start_time < ${run.startMs}`, "start_time DESC") },
        ...(parent ? [{ words: "Its parent", onPick: () => open(parent) }] : []),
      ]}
    />
  );
}
