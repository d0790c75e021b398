/** Return params as code: a Python dict, YAML, JSON or flags of a command line. Numbers stay numbers. */
export function writtenParams(params: readonly (readonly [string, string])[], form: "python" | "yaml" | "json" | "cli"): string {
  if (form === "json") return JSON.stringify(Object.fromEntries(params.map(([key, value]) => [key, isNumber(value) ? Number(value) : value])), null, 2);
  if (form === "cli") return params.map(([key, value]) => `--${key.replace(/[^\w.-]/g, "-")}=${/^[\w.,:/+-]+$/.test(value) ? value : `'${value.replaceAll("'", `'"'"'`)}'`}`).join(" ");
  const written = (value: string) => (isNumber(value) ? value : JSON.stringify(value));
  if (form === "yaml") return params.map(([key, value]) => `${/^[\w.-]+$/.test(key) ? key : JSON.stringify(key)}: ${written(value)}`).join("\n");
  const python = (value: string) => (["True", "False", "None"].includes(value) ? value : written(value));
  return `{\n${params.map(([key, value]) => `    ${JSON.stringify(key)}: ${python(value)},`).join("\n")}\n}`;
}

/** Return whether a text is a number that is written the same again: digits that JavaScript would lose make it a text. */
function isNumber(text: string): boolean {
  return /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(text) && text.length < 17;
}
