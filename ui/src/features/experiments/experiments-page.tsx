import { useQuery } from "@tanstack/react-query";

import { call } from "@/api/call";
import { Link } from "@/components/link";
import { EmptyState, ErrorNote, ProgressLine } from "@/components/notices";
import { Page } from "@/components/page";
import { PATHS } from "@/url/paths";

/** All experiments. */
export function ExperimentsPage() {
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["experiments"],
    queryFn: ({ signal }) => call("search_experiments", { max_results: 1000 }, { signal }),
  });
  return (
    <Page title="Experiments">
      <ProgressLine isBusy={isFetching} />
      {error ? <ErrorNote what="The experiments could not be read." error={error} onRetry={() => void refetch()} /> : null}
      {data && !data.experiments?.length ? <EmptyState title="No experiments yet" /> : null}
      <ul>
        {data?.experiments?.map((experiment) => (
          <li key={experiment.experiment_id}>
            <Link to={PATHS.experiment(experiment.experiment_id)}>{experiment.name}</Link>
          </li>
        ))}
      </ul>
    </Page>
  );
}
