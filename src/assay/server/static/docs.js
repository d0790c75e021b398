"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];
const endpoints = document.getElementById("endpoints");
const wanted = document.getElementById("wanted");

function make(name, { text, className } = {}, ...children) {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  if (className !== undefined) element.className = className;
  element.append(...children);
  return element;
}

function schemaName(schema) {
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.map(schemaName).join(" | ");
  if (schema.type === "array") return `list of ${schemaName(schema.items ?? {})}`;
  if (schema.enum) return schema.enum.join(" | ");
  return schema.type ?? "any";
}

function resolve(document, schema) {
  if (!schema.$ref) return schema;
  return document.components.schemas[schemaName(schema)];
}

function fieldTable(rows) {
  const head = make("tr", {}, ...["Field", "Type", "Needed"].map((text) => make("th", { text })));
  const body = rows.map(({ name, schema, required }) =>
    make("tr", {},
      make("td", {}, make("code", { text: name })),
      make("td", { text: schemaName(schema) }),
      make("td", { text: required ? "yes" : "" })));
  return make("table", {}, make("thead", {}, head), make("tbody", {}, ...body));
}

function messageFields(document, schema) {
  const resolved = resolve(document, schema);
  const required = new Set(resolved.required ?? []);
  return Object.entries(resolved.properties ?? {}).map(([name, property]) => (
    { name, schema: property, required: required.has(name) }));
}

function contentPart(document, title, content) {
  const parts = [];
  for (const [type, { schema }] of Object.entries(content ?? {})) {
    const rows = messageFields(document, schema);
    parts.push(make("p", { className: "quiet", text: `${title}: ${type}, ${schemaName(schema)}` }));
    if (rows.length > 0) parts.push(fieldTable(rows));
  }
  return parts;
}

function operationPart(document, path, method, operation) {
  const summary = make("summary", {},
    make("span", { className: "method", text: method.toUpperCase() }),
    make("code", { text: path }), " ",
    make("span", { className: "quiet", text: operation.summary }));
  const inside = make("div");
  for (const text of operation.description.split("\n\n")) inside.append(make("p", { text }));
  if (operation.parameters) inside.append(fieldTable(operation.parameters));
  inside.append(...contentPart(document, "Body", operation.requestBody?.content));
  inside.append(...contentPart(document, "Answer", operation.responses["200"].content));
  const part = make("details", {}, summary, inside);
  part.dataset.text = `${path} ${operation.summary} ${operation.operationId}`.toLowerCase();
  return part;
}

function sections(document) {
  const byTag = new Map(document.tags.map(({ name }) => [name, []]));
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS.filter((name) => item[name])) {
      byTag.get(item[method].tags[0]).push(operationPart(document, path, method, item[method]));
    }
  }
  return [...byTag].map(([tag, parts]) => make("section", {}, make("h2", { text: title(tag) }), ...parts));
}

function title(tag) {
  const words = tag.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function filter() {
  const words = wanted.value.toLowerCase().split(/\s+/);
  for (const part of endpoints.querySelectorAll("details")) {
    part.hidden = !words.every((word) => part.dataset.text.includes(word));
  }
  for (const section of endpoints.querySelectorAll("section")) {
    section.hidden = section.querySelector("details:not([hidden])") === null;
  }
}

async function load() {
  const response = await fetch("openapi.json");
  if (!response.ok) throw new Error(response.statusText);
  const description = await response.json();
  document.getElementById("version").textContent = description.info.version;
  document.getElementById("about").textContent = description.info.description.replaceAll("`", "");
  endpoints.replaceChildren(...sections(description));
  wanted.addEventListener("input", filter);
}

load().catch((error) => {
  endpoints.replaceChildren(make("p", { text: `The API cannot be shown: ${error.message}` }));
});
