import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";

import { BOOTSTRAP } from "@/api/bootstrap";
import { experimentQuery, keysQuery } from "@/api/queries";
import { NotFound } from "@/app/not-found";
import { queryClient } from "@/app/query-client";
import { Shell } from "@/app/shell/shell";
import { formatSearch, parseSearch } from "@/url/search";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const page = <Module extends Record<string, unknown>, Name extends keyof Module & string>(
  path: string,
  load: () => Promise<Module>,
  name: Name,
) => createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load, name) });

/** One experiment; what it asks first is asked while its code is on the way. */
const workspace = createRoute({
  getParentRoute: () => root,
  path: "/e/$experimentId",
  component: lazyRouteComponent(() => import("@/features/workspace/workspace-page"), "WorkspacePage"),
  loader: ({ params }) => {
    void queryClient.prefetchQuery(keysQuery([params.experimentId], ""));
    void queryClient.prefetchQuery(experimentQuery(params.experimentId));
  },
});

/** Every page, each loaded when it is first wanted. */
const PAGES = [
  page("/", () => import("@/features/home/home-page"), "HomePage"),
  page("/experiments", () => import("@/features/experiments/experiments-page"), "ExperimentsPage"),
  workspace,
  page("/r/$runId", () => import("@/features/run/run-page"), "RunPage"),
  page("/r/$runId/$tab", () => import("@/features/run/run-page"), "RunPage"),
  page("/r/$runId/artifacts/$", () => import("@/features/run/run-page"), "RunPage"),
  page("/compare", () => import("@/features/compare/compare-page"), "ComparePage"),
  page("/m/$modelId", () => import("@/features/model/model-page"), "ModelPage"),
  page("/v/$viewId", () => import("@/features/views/view-page"), "ViewPage"),
  page("/datasets", () => import("@/features/datasets/datasets-page"), "DatasetsPage"),
  page("/datasets/$digest", () => import("@/features/datasets/dataset-page"), "DatasetPage"),
  page("/runs", () => import("@/features/workspace/workspace-page"), "WorkspacePage"),
];

/** The addresses of the UI. */
export const router = createRouter({
  routeTree: root.addChildren(PAGES),
  basepath: BOOTSTRAP.prefix || "/",
  parseSearch,
  stringifySearch: formatSearch,
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
});
