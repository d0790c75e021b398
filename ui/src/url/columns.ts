/** Return a column's name as the API takes it: backticks around keys that are no plain words. */
export function columnName(kind: "metrics" | "params" | "tags", key: string): string {
  return /^[A-Za-z_][\w\-/]*$/.test(key) ? `${kind}.${key}` : `${kind}.\`${key}\``;
}
