// Writes src/api/generated/SERVICE.ts from docs/api/SERVICE.json, and sums.json, by which src/api/generated.test.ts sees drift on either side.
import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import openapi, { astToString } from 'openapi-typescript';

const documents = new URL('../../../../docs/api/', import.meta.url);
const generated = new URL('../../src/api/generated/', import.meta.url);
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

const sums = {};
for (const file of (await readdir(documents)).filter((name) => name.endsWith('.json')).sort()) {
  const name = file.replace('.json', '');
  const document = await readFile(new URL(file, documents), 'utf8');
  const types = `// Generated from docs/api/${file} by tools/openapi: npm run generate\n\n${astToString(await openapi(JSON.parse(document)))}`;
  await writeFile(new URL(`${name}.ts`, generated), types);
  sums[name] = { document: sha256(document), types: sha256(types) };
}
await writeFile(new URL('sums.json', generated), JSON.stringify(sums, null, 2) + '\n');
