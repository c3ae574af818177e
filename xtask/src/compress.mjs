// Writes `name.br` beside every text and WASM file of at least 1 KiB under the given folder, so that
// a server can answer with it instead of compressing the same file for every visitor.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

const compress = promisify(brotliCompress);
const kinds = new Set([
  '.html', '.js', '.mjs', '.css', '.json', '.map', '.svg', '.txt', '.wasm', '.webmanifest', '.xml',
]);
const smallest = 1024;

const writeCompressed = async (path) => {
  const content = await readFile(path);
  const compressed = await compress(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
  await writeFile(`${path}.br`, compressed);
  return { path, before: content.length, after: compressed.length };
};

const [root] = process.argv.slice(2);
const names = await readdir(root, { recursive: true });
const paths = names.filter((name) => kinds.has(extname(name))).map((name) => join(root, name));
const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
const files = await Promise.all(
  paths.filter((_, index) => sizes[index] >= smallest).map(writeCompressed),
);
for (const { path, before, after } of files.sort((a, b) => b.after - a.after)) {
  console.log(`${path}: ${before} bytes, ${after} under brotli`);
}
