// Imports go one way: app -> features -> charts, components -> api, url, format, styles.
// Features do not know each other; what two of them need stands below them.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

const ROOT = new URL("../src", import.meta.url).pathname;
const RANK = { app: 3, features: 2, charts: 1, viewers: 1, components: 1, live: 1, api: 0, url: 0, format: 0, styles: 0 };
const problems = [];

for (const entry of readdirSync(ROOT, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
  const path = relative(ROOT, join(entry.parentPath, entry.name));
  const [layer, feature] = path.split("/");
  if (!(layer in RANK)) {
    if (!["main.tsx", "vite-env.d.ts"].includes(path)) problems.push(`${path}: no layer is called ${layer}`);
    continue;
  }
  for (const [, target] of readFileSync(join(ROOT, path), "utf8").matchAll(/(?:from|import\()\s*["']([^"']+)["']/g)) {
    if (target.startsWith(".")) problems.push(`${path}: import ${target} as @/...`);
    if (!target.startsWith("@/")) continue;
    const [to, other] = target.slice(2).split("/");
    if (!(to in RANK)) problems.push(`${path}: ${target} is in no layer`);
    else if (RANK[to] > RANK[layer]) problems.push(`${path}: imports upwards, ${target}`);
    else if (layer === "features" && to === "features" && other !== feature)
      problems.push(`${path}: imports another feature, ${target}`);
    else if (RANK[to] === 1 && RANK[layer] === 1 && to === "charts" && layer === "components")
      problems.push(`${path}: components do not know charts, ${target}`);
  }
}

for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exit(problems.length ? 1 : 0);
