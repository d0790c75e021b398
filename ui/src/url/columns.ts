/** Return a column's name as the API takes it: backticks around keys that are no plain words. */
export function columnName(kind: "metrics" | "params" | "tags", key: string): string {
  return /^[A-Za-z_][\w\-/]*$/.test(key) ? `${kind}.${key}` : `${kind}.\`${key}\``;
}

/** The tag of starred runs and experiments; its value is `true`. */
export const STAR_TAG = "assay.starred";
/** The tag that holds a run's fixed colour: a slot of the palette, from 0. */
export const COLOUR_TAG = "assay.color";
/** The tag that holds a note, which MLflow's clients read and write, too. */
export const NOTE_TAG = "mlflow.note.content";
/** The tag of an experiment that names the view in which it opens. */
export const VIEW_TAG = "assay.view";
