// Packs the text among the built files, as the server sends it: name.br and name.gz take the place of name. Files without a hash in their name
// (index.html, the icon) stay as they are: the server writes into the one, and the other is small.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = new URL("../dist/assets/", import.meta.url).pathname;
let raw = 0;
let packed = 0;
for (const name of readdirSync(folder)) {
  if (!/\.(js|css|svg|json|map)$/.test(name)) continue;
  const file = join(folder, name);
  const text = readFileSync(file);
  const br = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: text.length } });
  const gz = gzipSync(text, { level: 9 });
  writeFileSync(file + ".br", br);
  writeFileSync(file + ".gz", gz);
  rmSync(file);
  raw += text.length;
  packed += br.length;
}
console.log(`web: ${(raw / 1024).toFixed(0)} KiB, ${(packed / 1024).toFixed(0)} KiB packed`);
