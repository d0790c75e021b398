// Puts a .br and a .gz beside every built file that becomes smaller by it.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const ROOT = new URL("../../src/assay/server/static/ui", import.meta.url).pathname;
const COMPRESSIBLE = /\.(js|mjs|css|svg|json|html|wasm|txt)$/;

for (const entry of readdirSync(ROOT, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !COMPRESSIBLE.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  const content = readFileSync(path);
  const quality = content.length > 1_000_000 ? 9 : 11;
  const parameters = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  const versions = { br: brotliCompressSync(content, { params: parameters }), gz: gzipSync(content, { level: 9 }) };
  for (const [ending, bytes] of Object.entries(versions))
    if (bytes.length < content.length * 0.95) writeFileSync(`${path}.${ending}`, bytes);
}
