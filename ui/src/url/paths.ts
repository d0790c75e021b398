/** The addresses of the pages, without the prefix under which they are served. */
export const PATHS = {
  home: "/",
  experiments: "/experiments",
  datasets: "/datasets",
  dataset: (digest: string) => `/datasets/${encodeURIComponent(digest)}`,
  experiment: (id: string) => `/e/${encodeURIComponent(id)}`,
  run: (id: string, tab = "") => `/r/${encodeURIComponent(id)}${tab && `/${tab}`}`,
  artifact: (runId: string, path: string) => `/r/${encodeURIComponent(runId)}/artifacts/${path.split("/").map(encodeURIComponent).join("/")}`,
  loggedModel: (id: string) => `/m/${encodeURIComponent(id)}`,
  compare: "/compare",
  view: (id: string) => `/v/${encodeURIComponent(id)}`,
} as const;
