import { parse } from "yaml";

/** A field of a model's signature. */
export interface ModelField {
  readonly part: "input" | "output" | "parameter";
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  /** Of a parameter. */
  readonly initial: string;
}

/** What an `MLmodel` file says of a model. */
export interface ModelFacts {
  readonly flavors: readonly { readonly name: string; readonly details: readonly (readonly [key: string, value: string])[] }[];
  readonly fields: readonly ModelField[];
  readonly facts: readonly (readonly [key: string, value: string])[];
  /** Path of the input example within the folder. */
  readonly example: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Return what an `MLmodel` file says.
 *
 * @throws Error when it is no such file
 */
export function modelFactsOf(text: string): ModelFacts {
  // Plain data only: no tags of other languages, and no more aliases than a person writes.
  const said = fieldsOf(parse(text, { schema: "core", maxAliasCount: 100 }));
  const flavors = Object.entries(fieldsOf(said["flavors"])).map(([name, own]) => ({ name, details: Object.entries(fieldsOf(own)).map(([key, value]) => [key, words(value)] as const) }));
  if (!flavors.length) throw new Error("This file names no flavor of a model.");
  const signature = fieldsOf(said["signature"]);
  const known = ["artifact_path", "model_uuid", "model_id", "run_id", "utc_time_created", "mlflow_version", "model_size_bytes"];
  const facts = known.flatMap((key) => (said[key] === undefined || said[key] === null ? [] : [[key, words(said[key])] as const]));
  const example = fieldsOf(said["saved_input_example_info"])["artifact_path"];
  return { flavors, fields: [...schemaFields(signature["inputs"], "input"), ...schemaFields(signature["outputs"], "output"), ...schemaFields(signature["params"], "parameter")], facts, example: typeof example === "string" ? example : undefined };
}

/** Schemas stand in the file as JSON in a text. */
function schemaFields(schema: unknown, part: ModelField["part"]): ModelField[] {
  if (typeof schema !== "string") return [];
  const columns: unknown = JSON.parse(schema);
  return (Array.isArray(columns) ? columns : []).map((column: unknown, place) => {
    const own = fieldsOf(column);
    return { part, name: typeof own["name"] === "string" ? own["name"] : `${place}`, type: typeWords(own), isRequired: own["required"] !== false && !("default" in own), initial: "default" in own ? words(own["default"]) : "" };
  });
}

function typeWords(own: Fields): string {
  const type = own["type"];
  if (type === "tensor") {
    const spec = fieldsOf(own["tensor-spec"]);
    return `${words(spec["dtype"])} ${words(spec["shape"])}`;
  }
  if (type === "array") return `array of ${typeWords(fieldsOf(own["items"]))}`;
  if (type === "map") return `map of ${typeWords(fieldsOf(own["values"]))}`;
  if (type === "object") return `{${Object.entries(fieldsOf(own["properties"])).map(([name, inner]) => `${name}: ${typeWords(fieldsOf(inner))}`).join(", ")}}`;
  return words(type) + (own["shape"] ? ` ${words(own["shape"])}` : "");
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function words(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
