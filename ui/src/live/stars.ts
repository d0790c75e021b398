import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { create } from "zustand";

import { call } from "@/api/call";
import { messageOf } from "@/api/errors";
import { STAR_TAG } from "@/url/columns";

interface Starred {
  readonly id: string;
  readonly name: string;
}

const KEPT = "assay.starred";
/** The rail lists what was last seen to be starred, so that no page has to ask for it. */
const useStore = create<{ readonly experiments: readonly Starred[] }>(() => ({ experiments: readKept() }));

function readKept(): Starred[] {
  try {
    const said: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(said) ? said.flatMap((one) => (typeof one?.id === "string" && typeof one?.name === "string" ? [{ id: one.id, name: one.name }] : [])) : [];
  } catch {
    return [];
  }
}

function keep(experiments: readonly Starred[]): void {
  if (JSON.stringify(experiments) === JSON.stringify(useStore.getState().experiments)) return;
  useStore.setState({ experiments });
  localStorage.setItem(KEPT, JSON.stringify(experiments));
}

interface Tagged {
  readonly experiment_id: string;
  readonly name: string;
  readonly tags?: readonly { readonly key: string; readonly value: string }[] | undefined;
}

/** Return whether tags say that something is starred. */
export function isStarred(tags: Tagged["tags"]): boolean {
  return tags?.some(({ key, value }) => key === STAR_TAG && value === "true") ?? false;
}

/** Take note of experiments that were read: of these, those that are starred and no others are. */
export function noteStars(read: readonly Tagged[]): void {
  const seen = new Map(read.map((experiment) => [experiment.experiment_id, experiment]));
  const others = useStore.getState().experiments.filter(({ id }) => !seen.has(id));
  const starred = read.filter(({ tags }) => isStarred(tags)).map(({ experiment_id: id, name }) => ({ id, name }));
  keep([...others, ...starred].toSorted((left, right) => left.name.localeCompare(right.name)));
}

/** Return the experiments that are starred, by name. */
export function useStarredExperiments(): readonly Starred[] {
  return useStore((store) => store.experiments);
}

/** Return a function that stars an experiment, or takes the star away. */
export function useStarExperiment(): (experiment: Tagged) => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    async (experiment) => {
      const { experiment_id, name, tags } = experiment;
      await (isStarred(tags) ? call("delete_experiment_tag", { experiment_id, key: STAR_TAG }) : call("set_experiment_tag", { experiment_id, key: STAR_TAG, value: "true" }));
      noteStars([{ experiment_id, name, tags: isStarred(tags) ? [] : [{ key: STAR_TAG, value: "true" }] }]);
      await Promise.all([client.invalidateQueries({ queryKey: ["experiment", experiment_id] }), client.invalidateQueries({ queryKey: ["experiments"] })]);
    },
    [client],
  );
}

/** Star a run, or take the star away. */
export async function starRun(run_id: string, isOn: boolean): Promise<void> {
  try {
    await (isOn ? call("set_tag", { run_id, key: STAR_TAG, value: "true" }) : call("delete_tag", { run_id, key: STAR_TAG }));
  } catch (error) {
    // To take away a star that is not there is nothing to complain about.
    if (isOn || !/no tag|does not exist|not exist/i.test(messageOf(error))) throw error;
  }
}
