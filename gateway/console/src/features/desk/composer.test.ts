import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/api/client';
import type { Draft, Kind, Message, Sending } from '@/api/conversations';
import { Composer } from './composer';

let draft: Draft;
let sent: Sending[];
let fault: Error | null;
let saving: Error | null;

const refused = (slug: string) => new ApiError({ type: `urn:channels:problem:${slug}`, title: slug, status: 409, correlationId: '' });
const offline = new ApiError({ type: 'urn:channels:console:offline', title: 'offline', status: 0, correlationId: '' });

function composer(): Composer {
  return new Composer({
    read: () => Promise.resolve(draft),
    save: (text: string, kind: Kind) => {
      if (saving) return Promise.reject(saving);
      draft = { text, kind, updatedAt: null };
      return Promise.resolve();
    },
    send: (message) => {
      sent.push(message);
      return fault ? Promise.reject(fault) : Promise.resolve({ seq: 9 } as Message);
    },
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  [draft, sent, fault, saving] = [{ text: '', kind: 'text', updatedAt: null }, [], null, null];
});

afterEach(() => void vi.useRealTimers());

describe('a draft', () => {
  it('is on the server within a second of the first key, however long one types', async () => {
    const one = composer();
    for (let i = 1; i <= 9; i++) {
      one.type('x'.repeat(i));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(draft.text.length).toBeGreaterThan(0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(draft.text).toBe('x'.repeat(9));
    expect(one.getState().saved).toBe('saved');
  });

  it('comes before what was typed while it was on its way, and a note stays one', async () => {
    draft = { text: 'a secret', kind: 'note', updatedAt: null };
    const one = composer();
    const loading = one.load();
    one.type('typed');
    await loading;
    expect(one.getState()).toMatchObject({ text: 'a secret\ntyped', kind: 'note' });
  });

  it('is tried again where the server does not take it', async () => {
    const one = composer();
    saving = offline;
    one.type('hello');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(one.getState().saved).toBe('failed');
    saving = null;
    await vi.advanceTimersByTimeAsync(4_000);
    expect(draft.text).toBe('hello');
  });

  it('is gone when it was sent', async () => {
    const one = composer();
    one.type('hello');
    await vi.advanceTimersByTimeAsync(1_000);
    await one.send(3);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(draft.text).toBe('');
    expect(one.getState()).toMatchObject({ text: '', outgoing: [] });
  });
});

describe('a message that did not arrive', () => {
  it('stays, is kept as a draft, and is sent again as the same one', async () => {
    const one = composer();
    fault = offline;
    one.type('hello');
    expect(await one.send(3)).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(one.getState()).toMatchObject({ text: '', outgoing: [{ state: 'failed', text: 'hello' }] });
    expect(draft.text).toBe('hello');
    fault = null;
    expect(await one.retry(sent[0]!.clientId)).toBe(true);
    expect(sent.map(({ clientId, seen }) => [clientId, seen])).toEqual([
      [sent[0]!.clientId, 3],
      [sent[0]!.clientId, 3],
    ]);
    expect(one.getState().outgoing).toEqual([]);
  });

  it('goes back into the field where something was said meanwhile', async () => {
    const one = composer();
    fault = refused('stale-thread');
    one.type('hello');
    await one.send(3);
    expect(one.getState()).toMatchObject({ text: 'hello', outgoing: [], staleAfter: 3 });
    fault = null;
    await one.send(5);
    expect(sent.at(-1)).toMatchObject({ text: 'hello', seen: 5 });
    expect(one.getState().staleAfter).toBeNull();
  });

  it('does not become a part of a note that is being written', async () => {
    const one = composer();
    fault = refused('stale-thread');
    one.type('hello');
    const sending = one.send(3);
    one.setKind('note');
    one.type('a note');
    await sending;
    expect(one.getState()).toMatchObject({ text: 'a note', kind: 'note', outgoing: [{ refusal: 'stale-thread' }] });
  });

  it('is never put into an answer where it was a note', async () => {
    const one = composer();
    fault = refused('not-yours');
    one.setKind('note');
    one.type('a secret');
    await one.send(3);
    one.setKind('text');
    one.type('hello');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(draft.kind).toBe('note');
    one.takeBack(sent[0]!.clientId);
    expect(one.getState()).toMatchObject({ text: 'a secret\nhello', kind: 'note' });
  });
});

it('sends nothing where there is nothing', async () => {
  const one = composer();
  one.type('  ');
  expect(await one.send(1)).toBe(false);
  expect(sent).toEqual([]);
});
