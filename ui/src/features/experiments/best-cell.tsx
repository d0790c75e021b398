import { useQuery } from "@tanstack/react-query";

import { call } from "@/api/call";
import { Link } from "@/components/link";
import { directionOf, preferencesOf } from "@/format/directions";
import { formatNumber, numberOf } from "@/format/numbers";
import { columnName } from "@/url/columns";
import { PATHS } from "@/url/paths";

interface BestCellProps {
  readonly experimentId: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

/** The best value of the metric by which an experiment's runs are chosen, and the run that has it. */
export function BestCell({ experimentId, tags }: BestCellProps) {
  const preferences = preferencesOf(tags);
  const { primary } = preferences;
  const { data } = useQuery({
    queryKey: ["runs", "best-of", experimentId, primary],
    queryFn: async ({ signal }) => {
      const column = columnName("metrics", primary ?? "");
      const order = `${column} ${directionOf(primary ?? "", preferences) === "lower" ? "ASC" : "DESC"}`;
      const table = await call("query_runs", { experiment_ids: [experimentId], filter: `${column} is not null`, order_by: [order], columns: [column], limit: 1 }, { signal });
      return { runId: table.run_ids[0], value: numberOf(table.columns[0]?.values[0]) };
    },
    enabled: primary !== undefined,
  });
  if (!data?.runId || data.value === undefined) return "";
  return <Link to={PATHS.run(data.runId)} title={`the best ${primary}`}>{formatNumber(data.value)} {primary}</Link>;
}
