import { describe, expect, it } from 'vitest';
import { FileError, inspect, textOf } from './source-file';

const GBK = [0xc1, 0xf7, 0xcb, 0xae, 0xba, 0xc5];
const utf8 = new TextEncoder();

async function packed(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const file = (bytes: Uint8Array<ArrayBuffer>) => new File([bytes], 'export.csv');
async function read(one: File, encoding: 'utf-8' | 'gb18030' | 'utf-16le'): Promise<string> {
  let text = '';
  for await (const part of textOf(one, encoding)) text += part;
  return text;
}

describe('inspect', () => {
  it('finds GBK, plain and packed', async () => {
    const plain = Uint8Array.from(GBK);
    for (const one of [file(plain), file(await packed(plain))]) {
      expect((await inspect(one)).encoding).toBe('gb18030');
      expect(await read(one, 'gb18030')).toBe('流水号');
    }
  });

  it('finds UTF-8, and JSON by its first sign', async () => {
    expect(await inspect(file(utf8.encode('流水号,a\n')))).toMatchObject({ encoding: 'utf-8', json: false });
    expect(await inspect(file(utf8.encode('\uFEFF {"a":1}\n')))).toMatchObject({ encoding: 'utf-8', json: true });
  });

  it('takes a mark for what it says', async () => {
    const one = file(Uint8Array.from([0xff, 0xfe, 0x41, 0x00]));
    expect((await inspect(one)).encoding).toBe('utf-16le');
    expect(await read(one, 'utf-16le')).toBe('A');
  });

  it('has the hash of the file as it lies on disk', async () => {
    expect((await inspect(file(utf8.encode('abc')))).sha256).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it.each([
    ['zip', [0x50, 0x4b, 0x03, 0x04, 0]],
    ['empty', []],
    ['unreadable', [0x1f, 0x8b, 8, 0, 0, 0]],
  ])('refuses what is %s', async (fault, bytes) => {
    await expect(inspect(file(Uint8Array.from(bytes)))).rejects.toEqual(new FileError(fault as 'zip'));
  });

  it('refuses a file that was cut off', async () => {
    const whole = await packed(utf8.encode('a,b\n'.repeat(1000)));
    await expect(inspect(file(whole.slice(0, whole.length - 6)))).rejects.toThrow('unreadable');
  });
});
