import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

import { call } from "@/api/call";
import { say } from "@/components/toasts";
import { VIEW_TAG } from "@/url/columns";

interface Tagged {
  readonly experiment_id: string;
  readonly tags?: readonly { readonly key: string; readonly value: string }[] | undefined;
}

const keyOf = (experimentId: string) => `assay.view.${experimentId}`;

/** Return the view in which this browser opens an experiment, or null. */
export function ownDefault(experimentId: string): string | null {
  return localStorage.getItem(keyOf(experimentId));
}

/** Set in which view this browser opens an experiment; null for the one of everybody. */
export function setOwnDefault(experimentId: string, viewId: string | null): void {
  if (viewId === null) localStorage.removeItem(keyOf(experimentId));
  else localStorage.setItem(keyOf(experimentId), viewId);
}

/** Open an experiment whose address says nothing in one's own default view, else in that of everybody. */
export function useDefaultView(experiment: Tagged | undefined): void {
  const navigate = useNavigate();
  const isDone = useRef(location.search !== "");
  useEffect(() => {
    if (!experiment || isDone.current) return;
    isDone.current = true;
    const viewId = ownDefault(experiment.experiment_id) ?? experiment.tags?.find(({ key }) => key === VIEW_TAG)?.value;
    if (!viewId) return;
    void call("get_view", { view_id: viewId }).then(
      ({ view }) => {
        const fields: Record<string, unknown> = JSON.parse(view.state);
        const search = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
        // Whoever has changed something in the meantime keeps it.
        if (location.search === "") void navigate({ to: ".", search: () => ({ ...search, saved: view.view_id }), replace: true });
      },
      () => say("The view in which this experiment opens is gone; this is the built-in one."),
    );
  }, [experiment, navigate]);
}
