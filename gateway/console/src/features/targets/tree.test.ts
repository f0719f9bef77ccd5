import { describe, expect, it } from 'vitest';
import type { Catalogue } from '@/api/catalogue';
import { openScopes, treeOf } from './tree';

const names = { 'zh-CN': '', en: '' };
const catalogue = {
  version: 1,
  channels: ['app', 'web'].map((code) => ({ code, names })),
  regions: [
    { code: '44', parent: null, names },
    { code: '4401', parent: '44', names },
    { code: '440103', parent: '4401', names },
  ],
} as unknown as Catalogue;

const line = (channel: string | null, region: string | null, indicator = 'success-rate') => ({ indicator, channel, region });

describe('treeOf', () => {
  it('puts channels and regions below the operator, channels of a region below it', () => {
    const scopes = treeOf([line('web', '4401'), line('app', null), line(null, null), line(null, '4401')], catalogue, []);
    expect(scopes.map(({ key, depth }) => [key, depth])).toEqual([
      ['*/*', 0],
      ['app/*', 1],
      ['*/4401', 1],
      ['web/4401', 2],
    ]);
  });

  it('puts a region below the nearest one that has targets', () => {
    const scopes = treeOf([line(null, '440103'), line(null, '44')], catalogue, []);
    expect(scopes.find(({ region }) => region === '440103')?.above).toEqual(['*/*', '*/44']);
  });

  it('keeps codes that the catalogue does not know any more, at the end', () => {
    const scopes = treeOf([line('fax', null), line('web', null)], catalogue, []);
    expect(scopes.map(({ channel }) => channel)).toEqual([null, 'web', 'fax']);
  });

  it('orders the indicators of a scope as asked', () => {
    const scopes = treeOf([line(null, null, 'b'), line(null, null, 'a'), line(null, null, 'z')], catalogue, ['b', 'a']);
    expect(scopes[0]?.indicators).toEqual(['b', 'a', 'z']);
  });

  it('is empty without lines', () => {
    expect(treeOf([], catalogue, [])).toEqual([]);
  });
});

it('hides what lies below a closed scope', () => {
  const scopes = treeOf([line('app', '4401'), line('web', null)], catalogue, []);
  expect(openScopes(scopes, new Set(['*/4401'])).map(({ key }) => key)).toEqual(['*/*', 'web/*', '*/4401']);
});
