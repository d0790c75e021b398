interface Starred {
  readonly id: string;
  readonly name: string;
}

const NONE: readonly Starred[] = [];

/** Return the experiments that the reader starred. */
export function useStarredExperiments(): readonly Starred[] {
  return NONE;
}
