import type { Run } from "@/api/schema.gen";
import { byWeight, type Direction, directionOf, NO_PREFERENCES, type Preferences } from "@/format/directions";
import { compareNatural, counted } from "@/format/names";
import { formatDelta, formatNumber } from "@/format/numbers";

/** A run of a comparison. */
export interface ComparedRun {
  readonly id: string;
  readonly name: string;
  readonly slot: number;
  readonly run: Run;
}

/** A line of the comparison: a value for each run, undefined where it has none. */
export interface ComparedRow {
  readonly key: string;
  readonly values: readonly (string | number | undefined)[];
  readonly differs: boolean;
  readonly direction: Direction | undefined;
  /** Places of the best values; none where nobody can say. */
  readonly best: ReadonlySet<number>;
}

/** Lines of one kind. */
export interface ComparedSection {
  readonly name: string;
  readonly rows: readonly ComparedRow[];
}

/** Return the lines of metrics, params, data and tags over runs. */
export function compareRuns(runs: readonly ComparedRun[], preferences: Preferences = NO_PREFERENCES): ComparedSection[] {
  const metrics = runs.map(({ run }) => new Map((run.data.metrics ?? []).map(({ key, value }) => [key, asNumber(value)])));
  const params = runs.map(({ run }) => new Map((run.data.params ?? []).map(({ key, value }) => [key, value ?? ""])));
  const tags = runs.map(({ run }) => new Map((run.data.tags ?? []).filter(({ key }) => !/^(mlflow|assay)\./.test(key)).map(({ key, value }) => [key, value ?? ""])));
  const data = runs.map(({ run }) => {
    const inputs = run.inputs?.dataset_inputs ?? [];
    return new Map(inputs.map(({ dataset, tags: labels }) => [labels?.find(({ key }) => key === "mlflow.data.context")?.value ?? dataset.name ?? "", `${dataset.name} @${dataset.digest}`]));
  });
  const keysOf = (maps: readonly ReadonlyMap<string, unknown>[]) => [...new Set(maps.flatMap((map) => [...map.keys()]))];
  const rows = (maps: readonly ReadonlyMap<string, string | number>[], keys: readonly string[], ofMetrics?: Preferences) => keys.map((key) => compareRow(key, maps.map((map) => map.get(key)), ofMetrics));
  return [
    { name: "Metrics", rows: rows(metrics, byWeight(keysOf(metrics), preferences), preferences) },
    { name: "Parameters", rows: rows(params, keysOf(params).toSorted(compareNatural)) },
    { name: "Data", rows: rows(data, keysOf(data).toSorted(compareNatural)) },
    { name: "Tags", rows: rows(tags, keysOf(tags).toSorted(compareNatural)) },
  ].filter((section) => section.rows.length > 0);
}

function asNumber(value: number | string): number {
  return typeof value === "number" ? value : Number(value === "Infinity" ? Infinity : value === "-Infinity" ? -Infinity : value);
}

/** Return a line over values, undefined where a run has none. */
export function compareRow(key: string, values: readonly (string | number | undefined)[], preferences?: Preferences): ComparedRow {
  const differs = values.some((value) => !Object.is(value, values[0]));
  const direction = preferences && directionOf(key, preferences);
  const finite = values.flatMap((value) => (typeof value === "number" && Number.isFinite(value) ? [value] : []));
  const best = direction === "lower" ? Math.min(...finite) : Math.max(...finite);
  const places = direction && differs && finite.length > 1 ? values.flatMap((value, place) => (value === best ? [place] : [])) : [];
  return { key, values, differs, direction, best: new Set(places) };
}

/** A difference to the baseline, and whether it is for the better. */
export interface Difference {
  readonly words: string;
  readonly tone: "better" | "worse" | "neutral";
}

/** Return how a value differs from the baseline's; undefined where there is nothing to say. */
export function differenceTo(base: string | number | undefined, value: string | number | undefined, direction: Direction | undefined): Difference | undefined {
  if (typeof base !== "number" || typeof value !== "number" || !Number.isFinite(value - base) || value === base) return undefined;
  const delta = value - base;
  const share = base === 0 ? "" : ` ${formatDelta(Number(((delta / Math.abs(base)) * 100).toPrecision(2)))} %`;
  const isBetter = direction && delta > 0 === (direction === "higher");
  return { words: formatDelta(delta) + share, tone: direction ? (isBetter ? "better" : "worse") : "neutral" };
}

const MOST_NAMED = 4;

/** Return the comparison in a sentence: how the best run differs from the baseline. */
export function summarise(runs: readonly ComparedRun[], sections: readonly ComparedSection[], base: number): string {
  const rowsOf = (name: string) => sections.find((section) => section.name === name)?.rows ?? [];
  const metric = rowsOf("Metrics").find(({ direction, values }) => direction && typeof values[base] === "number");
  const params = rowsOf("Parameters").filter(({ differs }) => differs).map(({ key }) => key);
  const data = rowsOf("Data");
  const other = metric ? bestBeside(metric, base) : undefined;
  const named = params.slice(0, MOST_NAMED).join(", ") + (params.length > MOST_NAMED ? ` and ${params.length - MOST_NAMED} more` : "");
  const parts = [
    params.length ? `differs in ${named}` : "same parameters",
    ...(data.length ? [data.some(({ differs }) => differs) ? "different data" : "same data"] : []),
  ];
  const [value, baseValue] = [metric?.values[other ?? -1], metric?.values[base]];
  if (metric && other !== undefined && typeof value === "number" && typeof baseValue === "number")
    return `${runs[other]?.name} is ${value === baseValue ? "equal in" : formatDelta(Number((value - baseValue).toPrecision(4)))} ${metric.key} ${value === baseValue ? "to" : "over"} ${runs[base]?.name} (${formatNumber(baseValue)}); ${parts.join("; ")}`;
  return `${counted(runs.length, "run")}: ${parts.join("; ")}`;
}

function bestBeside(metric: ComparedRow, base: number): number | undefined {
  const others = metric.values.flatMap((value, place) => (place !== base && typeof value === "number" && Number.isFinite(value) ? [{ value, place }] : []));
  return others.toSorted((left, right) => (metric.direction === "lower" ? left.value - right.value : right.value - left.value))[0]?.place;
}

/** Return the lines of two texts of `name==version`: what is only in one of them, what changed. */
export function packageRows(texts: readonly string[]): ComparedRow[] {
  const maps = texts.map((text) => new Map(text.split("\n").filter(Boolean).map((line) => {
    const [name = "", version = ""] = line.split(/==|\s@\s/);
    return [name.toLowerCase(), version || line] as const;
  })));
  const names = [...new Set(maps.flatMap((map) => [...map.keys()]))].toSorted(compareNatural);
  return names.map((name) => compareRow(name, maps.map((map) => map.get(name))));
}
