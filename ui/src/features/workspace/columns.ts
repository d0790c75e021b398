import type { KeySummary } from "@/api/schema.gen";
import { byWeight, type Direction, directionOf, NO_PREFERENCES, type Preferences } from "@/format/directions";
import { compareNatural } from "@/format/names";
import { COLOUR_TAG, columnName, STAR_TAG } from "@/url/columns";

/** A column of the table of runs. */
export interface TableColumn {
  /** As the API names it, such as `metrics.loss.min`, or `duration`, which is made of two. */
  readonly name: string;
  readonly title: string;
  readonly kind: "metric" | "param" | "tag" | "attribute";
  readonly isNumeric: boolean;
  readonly direction: Direction | undefined;
  readonly width: number;
}

/** What runs have in common and what differs between them. */
export interface KeyTable {
  readonly metrics: readonly KeySummary[];
  readonly params: readonly KeySummary[];
  readonly tags: readonly KeySummary[];
  readonly primary: string | undefined;
  readonly preferences: Preferences;
  /** How many of the newest runs this is about; undefined when it is all of them. */
  readonly nSeen: number | undefined;
}

const MOST_METRICS = 4;
const MOST_PARAMS = 6;
const ALWAYS = ["attributes.run_name", "attributes.status"];
export const DURATION = "duration";
/** What the table needs of every run, whatever its columns. */
export const STAR_COLUMN = columnName("tags", STAR_TAG);
export const COLOUR_COLUMN = columnName("tags", COLOUR_TAG);
export const BASE_COLUMNS = ["attributes.run_name", "attributes.status", "attributes.start_time", "attributes.end_time", STAR_COLUMN, COLOUR_COLUMN] as const;

const ATTRIBUTES: Record<string, readonly [title: string, width: number]> = {
  "attributes.run_name": ["Name", 190],
  "attributes.status": ["Status", 92],
  "attributes.start_time": ["Created", 84],
  "attributes.user_id": ["User", 90],
  "attributes.run_id": ["Id", 120],
  [DURATION]: ["Duration", 92],
};

/** Return the keys sorted by kind, and the metric that says best which run is best. */
export function keyTable(keys: readonly KeySummary[], nSeen?: number, preferences: Preferences = NO_PREFERENCES): KeyTable {
  const of = (kind: string) => keys.filter((key) => key.kind === kind).toSorted((left, right) => compareNatural(left.name, right.name));
  const metrics = of("metric");
  // What only a few runs have cannot say which run is best.
  const most = Math.max(0, ...metrics.map(({ n_runs }) => n_runs));
  const isCommon = (name: string) => metrics.some((metric) => metric.name === name && metric.n_runs * 2 >= most);
  const weighed = byWeight(metrics.map(({ name }) => name), preferences);
  const isFirst = (name: string) => isCommon(name) || name === preferences.primary;
  const ordered = [...weighed.filter(isFirst), ...weighed.filter((name) => !isFirst(name))];
  const first = ordered[0];
  const primary = first !== undefined && directionOf(first, preferences) ? first : undefined;
  const byName = new Map(metrics.map((metric) => [metric.name, metric]));
  return { metrics: ordered.flatMap((name) => byName.get(name) ?? []), params: of("param"), tags: of("tag"), primary, preferences, nSeen };
}

/** Return the columns that answer without being asked: metrics by weight, params that vary. */
export function defaultColumns({ metrics, params }: KeyTable): string[] {
  const shown = metrics.filter(({ name }) => !name.startsWith("system/")).slice(0, MOST_METRICS);
  const varying = params.filter(({ varies }) => varies).slice(0, MOST_PARAMS);
  return [...ALWAYS, ...shown.map(({ name }) => columnName("metrics", name)), ...varying.map(({ name }) => columnName("params", name)), "attributes.start_time", DURATION];
}

/** Return what is known of a column from its name. */
export function columnOf(name: string, keys: KeyTable): TableColumn {
  const attribute = ATTRIBUTES[name];
  if (attribute) return { name, title: attribute[0], kind: "attribute", isNumeric: false, direction: undefined, width: attribute[1] };
  const [, word = "", inner = ""] = /^(metrics|params|tags)\.(.*)$/.exec(name) ?? [];
  const key = inner.replaceAll("`", "");
  if (word === "metrics") {
    const isAggregate = !keys.metrics.some((metric) => metric.name === key) && /\.(min|max|first|last|mean|count)$/.test(key);
    const base = isAggregate ? key.replace(/\.\w+$/, "") : key;
    return { name, title: key, kind: "metric", isNumeric: true, direction: directionOf(base, keys.preferences), width: widthFor(key, 92) };
  }
  const known = (word === "params" ? keys.params : keys.tags).find((one) => one.name === key);
  return { name, title: key, kind: word === "params" ? "param" : word === "tags" ? "tag" : "attribute", isNumeric: known?.type === "number", direction: undefined, width: widthFor(key, known?.type === "number" ? 84 : 120) };
}

function widthFor(title: string, least: number): number {
  return Math.min(220, Math.max(least, title.length * 7 + 48));
}

/** Return the params that are the same in all runs, for the line above the table. */
export function constantParams({ params }: KeyTable, total: number): KeySummary[] {
  return params.filter(({ varies, n_runs }) => !varies && n_runs === total);
}

/** Return the sort that holds: the chosen one, else best first by the primary metric, else newest first. */
export function effectiveSort(sort: readonly string[], keys: Pick<KeyTable, "primary" | "preferences"> | undefined): readonly string[] {
  if (sort.length) return sort;
  if (keys?.primary === undefined) return ["-attributes.start_time"];
  return [`${directionOf(keys.primary, keys.preferences) === "lower" ? "" : "-"}${columnName("metrics", keys.primary)}`];
}

/** Return the order that `sort` means. */
export function orderBy(sort: readonly string[], keys: Pick<KeyTable, "primary" | "preferences"> | undefined): string[] {
  return effectiveSort(sort, keys).map((name) => (name.startsWith("-") ? `${name.slice(1)} DESC` : `${name} ASC`));
}

/** Return the sort after a click on a column's head: best first, then the other way, then none. */
export function nextSort(sort: readonly string[], column: TableColumn, isAdded: boolean): string[] {
  const first = column.direction === "lower" || (!column.direction && !column.isNumeric && column.name !== "attributes.start_time") ? column.name : `-${column.name}`;
  const second = first.startsWith("-") ? column.name : `-${column.name}`;
  const others = isAdded ? sort.filter((name) => name !== first && name !== second) : [];
  if (sort.includes(first)) return [...others, second];
  if (sort.includes(second)) return others;
  return [...others, first];
}

/** Return what is known of columns; of none as long as no keys are. */
export function columnsOf(names: readonly string[], keys: KeyTable | undefined): TableColumn[] {
  return keys ? names.map((name) => columnOf(name, keys)) : [];
}
