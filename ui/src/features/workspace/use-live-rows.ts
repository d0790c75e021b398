import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";

import type { Event } from "@/api/schema.gen";
import { useLiveEvents } from "@/live/connection";

const EVERY_MS = 500;

/**
 * Keep the rows in step with the server: changes of runs show in place, new runs are counted until they are
 * asked for, so that nothing moves under the reader's eyes.
 */
export function useLiveRows(experimentIds: readonly string[], isEmpty: boolean) {
  const client = useQueryClient();
  const [nNew, setNNew] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const refresh = useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void client.invalidateQueries({ queryKey: ["runs"] }, { cancelRefetch: false });
      void client.invalidateQueries({ queryKey: ["keys"] }, { cancelRefetch: false });
    }, EVERY_MS);
  }, [client]);
  const onEvent = useCallback(
    (event: Event) => {
      if (!experimentIds.includes(event.experiment_id)) return;
      if (!event.run_id) void client.invalidateQueries({ queryKey: ["experiment", event.experiment_id] });
      if (event.changed.includes("created") && event.run_id && !isEmpty) setNNew((count) => count + 1);
      refresh();
    },
    [client, experimentIds, isEmpty, refresh],
  );
  useLiveEvents(onEvent, refresh);
  useEffect(() => () => clearTimeout(timer.current), []);
  const show = useCallback(() => setNNew(0), []);
  return { nNew, show };
}
