// Reads our OpenAPI document from standard input and writes src/api/schema.gen.ts: a type for every
// message and a row for every endpoint. `make ui-schema` runs it.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const text = readFileSync(0, "utf8");
const spec = JSON.parse(text);
const nameOf = (ref) => ref.split("/").at(-1);

function type(schema) {
  if (schema.$ref) return nameOf(schema.$ref);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if ("const" in schema) return JSON.stringify(schema.const);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map(type))].join(" | ");
  switch (schema.type) {
    case "string":
      return schema.format === "binary" ? "ArrayBuffer" : "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "null":
      return "null";
    case "array":
      if (schema.prefixItems) return `readonly [${schema.prefixItems.map(type).join(", ")}]`;
      return schema.items ? `readonly (${type(schema.items)})[]` : "readonly unknown[]";
    case "object":
      if (schema.properties) return objectType(schema);
      return `{ readonly [key: string]: ${schema.additionalProperties?.type || schema.additionalProperties?.$ref || schema.additionalProperties?.anyOf ? type(schema.additionalProperties) : "unknown"} }`;
    default:
      return "unknown";
  }
}

function objectType(schema) {
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties).map(
    ([name, field]) => `  readonly ${JSON.stringify(name)}${required.has(name) ? "" : "?"}: ${type(field)};`,
  );
  return `{\n${fields.join("\n")}\n}`;
}

function comment(words) {
  return words ? `/** ${words.trim().split("\n")[0].replaceAll("*/", "")} */\n` : "";
}

const messages = Object.entries(spec.components.schemas).map(
  ([name, schema]) => `${comment(schema.description)}export type ${name} = ${type(schema)};`,
);

const operations = [];
for (const [path, methods] of Object.entries(spec.paths))
  for (const [method, operation] of Object.entries(methods)) {
    const body = operation.requestBody?.content ?? {};
    const kind = Object.keys(body)[0];
    if (kind && kind !== "application/json") continue;
    const parameters = operation.parameters ?? [];
    const fields = parameters.map(
      (field) => `readonly ${JSON.stringify(field.name)}${field.required ? "" : "?"}: ${type(field.schema)}`,
    );
    const own = body["application/json"] ? type(body["application/json"].schema) : "";
    const request = own || (fields.length ? `{ ${fields.join("; ")} }` : "{ readonly [key: string]: never }");
    const content = operation.responses["200"].content;
    const answer = Object.keys(content)[0];
    const response = answer === "application/json" ? type(content[answer].schema) : answer === "text/plain" ? "string" : "ArrayBuffer";
    operations.push({ name: operation.operationId, method: method.toUpperCase(), path, request, response, answer });
  }

const digest = createHash("sha256").update(text).digest("hex");
const kindOf = { "application/json": "json", "text/plain": "text" };
writeFileSync(
  new URL("../src/api/schema.gen.ts", import.meta.url),
  `// Made from the server's OpenAPI document by \`make ui-schema\`; not to be edited.
// document: ${digest}

${messages.join("\n\n")}

export interface Endpoints {
${operations.map((row) => `  readonly ${row.name}: { readonly request: ${row.request}; readonly response: ${row.response} };`).join("\n")}
}

export const ENDPOINTS = {
${operations.map((row) => `  ${row.name}: { method: "${row.method}", path: "${row.path}", answer: "${kindOf[row.answer] ?? "bytes"}" },`).join("\n")}
} as const satisfies Record<keyof Endpoints, { method: string; path: string; answer: "json" | "text" | "bytes" }>;
`,
);
