import { expect, it } from 'vitest';
import { steps } from './rules';

it.each([
  ['draft', ['submit', 'draft', 'archive'], ['submit', 'draft']],
  ['submitted', ['approve', 'reject', 'draft', 'archive'], ['draft']],
  ['approved', ['draft', 'archive'], ['draft']],
  ['rejected', ['draft', 'archive'], ['draft']],
  ['archived', ['restore'], []],
] as const)('what may be done with an article that is %s', (status, deciding, writing) => {
  expect(steps({ status }, true)).toEqual(deciding);
  expect(steps({ status }, false)).toEqual(writing);
});
