// Copies the libraries that draw figures to where only the sandbox page loads them from, under names
// that contain their versions.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const MODULES = new URL("../node_modules", import.meta.url).pathname;
const PUBLIC = new URL("../public/static-files/ui", import.meta.url).pathname;
const FILES = {
  plotly: ["plotly.js-dist-min", "plotly.min.js"],
  vega: ["vega", "build/vega.min.js"],
  vegaLite: ["vega-lite", "build/vega-lite.min.js"],
  vegaEmbed: ["vega-embed", "build/vega-embed.min.js"],
  bokeh: ["@bokeh/bokehjs", "build/js/bokeh.min.js"],
  bokehWidgets: ["@bokeh/bokehjs", "build/js/bokeh-widgets.min.js"],
  bokehTables: ["@bokeh/bokehjs", "build/js/bokeh-tables.min.js"],
};

rmSync(join(PUBLIC, "vendor"), { recursive: true, force: true });
mkdirSync(join(PUBLIC, "vendor"), { recursive: true });
const names = {};
for (const [name, [module, file]] of Object.entries(FILES)) {
  const { version } = JSON.parse(readFileSync(join(MODULES, module, "package.json"), "utf8"));
  names[name] = `vendor/${name}-${version}.js`;
  copyFileSync(join(MODULES, module, file), join(PUBLIC, names[name]));
}
writeFileSync(join(PUBLIC, "sandbox-vendor.js"), `self.VENDOR = ${JSON.stringify(names)};\n`);
