import { useSetExperimentTag } from "@/api/preferences";
import { messageOf } from "@/api/errors";
import { Button } from "@/components/button";
import { Segments } from "@/components/fields";
import { say, sayError } from "@/components/toasts";
import styles from "@/features/workspace/table/grid.module.css";
import { type Direction, DIRECTION_TAG, PRIMARY_TAG } from "@/format/directions";

interface MetricPreferencesProps {
  readonly metric: string;
  readonly direction: Direction | undefined;
  readonly experimentIds: readonly string[];
  readonly onDone: () => void;
}

const DIRECTIONS = [["lower", "Lower is better"], ["higher", "Higher"], ["none", "Neither"]] as const;

/** What an experiment says of a metric, for everybody: which way is better, and whether runs are chosen by it. */
export function MetricPreferences({ metric, direction, experimentIds, onDone }: MetricPreferencesProps) {
  const setTag = useSetExperimentTag(experimentIds);
  const act = (key: string, value: string, done: string) => {
    onDone();
    void setTag(key, value).then(() => say(done, () => void setTag(key, null)), (error: unknown) => sayError(messageOf(error)));
  };
  return (
    <>
      <Segments label={`Which way ${metric} is better`} options={DIRECTIONS} value={direction ?? "none"} onPick={(picked) => act(DIRECTION_TAG + metric, picked, `${metric}: ${picked === "none" ? "neither way" : picked} is better.`)} />
      <div className={styles.row2}>
        <Button onClick={() => act(PRIMARY_TAG, metric, `Runs are chosen by ${metric}.`)}>Choose runs by it</Button>
      </div>
    </>
  );
}
