import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import sums from './generated/sums.json';

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

it.each(Object.entries(sums))('the types of %s are those of docs/api; if not: npm run generate', (name, sum) => {
  expect(sha256(`../../docs/api/${name}.json`)).toBe(sum.document);
  expect(sha256(`src/api/generated/${name}.ts`)).toBe(sum.types);
});
