import { useQuery } from "@tanstack/react-query";

import { call } from "@/api/call";
import { Button } from "@/components/button";
import { EmptyState } from "@/components/notices";
import { expandFilter } from "@/features/workspace/filters";
import styles from "@/features/workspace/workspace.module.css";
import { counted } from "@/format/names";

interface NothingFoundProps {
  readonly experimentIds: readonly string[];
  readonly q: string;
  readonly onFilter: (q: string) => void;
}

/** A filter that finds nothing: which of its conditions took the last runs away. */
export function NothingFound({ experimentIds, q, onFilter }: NothingFoundProps) {
  const { data } = useQuery({
    queryKey: ["runs", "clauses", experimentIds, q],
    queryFn: ({ signal }) => call("query_runs", { experiment_ids: experimentIds, filter: expandFilter(q), limit: 0, count_clauses: true }, { signal }),
  });
  const clauses = data?.clauses ?? [];
  const without = (place: number) => clauses.filter((_, other) => other !== place).map(({ filter }) => filter).join(" and ");
  return (
    <EmptyState title="No run matches the filter">
      <ul className={styles.clauses}>
        {clauses.map((clause, place) => (
          <li key={clause.filter}>
            <code>{clause.filter}</code>
            <span>{counted(clause.n_runs, "run")} alone</span>
            <Button disabled={clause.n_without === 0} onClick={() => onFilter(without(place))}>
              Remove it: {counted(clause.n_without, "run")}
            </Button>
          </li>
        ))}
      </ul>
      <Button onClick={() => onFilter("")}>Remove the whole filter</Button>
    </EmptyState>
  );
}
