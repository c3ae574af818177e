// Bundles the demo application into ../../dist/demo.
import { build } from 'esbuild';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('src/', import.meta.url));
const target = fileURLToPath(new URL('../../dist/demo/', import.meta.url));

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await build({
  entryPoints: [`${source}main.ts`, `${source}style.css`],
  outdir: target,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['chrome109', 'firefox115', 'safari16'],
  legalComments: 'none',
});
for (const file of ['index.html', 'icon.svg']) {
  await copyFile(source + file, target + file);
}
