import { useQuery } from "@tanstack/react-query";
import { Navigate, useParams } from "@tanstack/react-router";

import { call } from "@/api/call";
import { ErrorNote, Skeleton } from "@/components/notices";
import { Page } from "@/components/page";
import { PATHS } from "@/url/paths";

interface Target {
  readonly path: string;
  readonly search: Record<string, string>;
}

const VIEW_ID = /^[0-9a-f]{32}$/;

/** What a short link stands for: a saved view, or a state that was kept under its digest. */
export function ViewPage() {
  const { viewId = "" } = useParams({ strict: false });
  const { data, error, refetch } = useQuery({ queryKey: ["short-link", viewId], queryFn: ({ signal }) => (VIEW_ID.test(viewId) ? targetOfView(viewId, signal) : targetOfState(viewId, signal)), retry: false });
  if (data) return <Navigate to={data.path} search={data.search} replace />;
  return <Page title="View">{error ? <ErrorNote what={`There is nothing behind the link ${viewId}.`} error={error} onRetry={() => void refetch()} /> : <Skeleton height={240} />}</Page>;
}

async function targetOfView(viewId: string, signal: AbortSignal): Promise<Target> {
  const { view } = await call("get_view", { view_id: viewId }, { signal });
  return { path: view.experiment_id === null ? PATHS.experiments : PATHS.experiment(view.experiment_id), search: { ...textsOf(view.state), saved: view.view_id } };
}

async function targetOfState(stateId: string, signal: AbortSignal): Promise<Target> {
  const { state } = await call("get_state", { state_id: stateId }, { signal });
  const { path = PATHS.home, ...search } = textsOf(state);
  // A link leads to a page of ours and nowhere else.
  return { path: /^\/(?!\/)/.test(path) ? path : PATHS.home, search };
}

function textsOf(state: string): Record<string, string> {
  const fields: Record<string, unknown> = JSON.parse(state);
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}
