// After `vite build`: holds the budgets (console.md [P2]: kB of gzip that a screen loads before it shows something), and writes each
// file compressed beside itself, so that the gateway only sends it.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = new URL('../../../artifacts/console/', import.meta.url);
const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', dist), 'utf8'));
const KIB = 1024;

const sizes = new Map();
for (const file of await readdir(dist, { recursive: true })) {
  if (!/\.(js|css|svg)$/.test(file)) continue;
  const content = await readFile(new URL(file, dist));
  const gzip = gzipSync(content, { level: 9 });
  sizes.set(file, gzip.length);
  await writeFile(new URL(`${file}.gz`, dist), gzip);
  await writeFile(new URL(`${file}.br`, dist), brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
}
await rm(new URL('.vite', dist), { recursive: true });

/** Everything that the sources load with them, but what they load later. */
function load(...sources) {
  const files = new Set();
  const visit = (source) => {
    const chunk = manifest[source];
    if (!chunk) throw new Error(`${source} is not in the build: scripts/finish.mjs names it`);
    if (files.has(chunk.file)) return;
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
    for (const next of chunk.imports ?? []) visit(next);
  };
  for (const source of sources) visit(source);
  return [...files].filter((file) => file.endsWith('.js')).reduce((sum, file) => sum + sizes.get(file), 0) / KIB;
}

const locale = 'node_modules/antd/es/locale/zh_CN.js';
const signIn = ['index.html', locale];
const home = [...signIn, 'src/app/shell.tsx', 'src/features/today/screen.tsx'];
const charts = 'src/kit/echarts.ts';
const desk = [...signIn, 'src/app/shell.tsx', 'src/features/desk/screen.tsx'];
const budgets = [
  ['sign-in', load(...signIn), 250],
  ['home before charts', load(...home), 380],
  ['desk', load(...desk), 320],
  ['home with charts', load(...home, charts), 620],
  ['explore with charts', load(...signIn, 'src/app/shell.tsx', 'src/features/explore/screen.tsx', charts), 620],
  ['chat widget', sizes.get('widget.js') / KIB, 20],
  ['largest chunk', Math.max(...[...sizes].filter(([file]) => file.endsWith('.js')).map(([, size]) => size)) / KIB, 240],
];

let over = false;
for (const [what, size, limit] of budgets) {
  const fault = size > limit;
  over ||= fault;
  console.log(`${what.padEnd(22)} ${size.toFixed(1).padStart(6)} of ${limit} KiB${fault ? '  OVER' : ''}`);
}
if (over) {
  console.error('a budget is exceeded: load it later, or do without');
  process.exit(1);
}
