import { useQuery } from "@tanstack/react-query";

import { listFolder } from "@/viewers/artifact-files";

/** Return the files and folders of a folder of a run. */
export function useFolderFiles(runId: string, path: string, isEnabled = true) {
  return useQuery({ queryKey: ["run", runId, "folder", path], queryFn: ({ signal }) => listFolder(runId, path, signal), enabled: isEnabled });
}
