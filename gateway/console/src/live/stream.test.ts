import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CARE, KPI } from './events';
import { openStream } from './stream';

class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static all: FakeSource[] = [];
  readyState = 0;

  constructor() {
    super();
    FakeSource.all.push(this);
  }

  say(type: string, data?: string) {
    this.dispatchEvent(Object.assign(new Event(type), { data }));
  }

  giveUp() {
    this.readyState = 2;
    this.say('error');
  }

  close() {
    this.readyState = 2;
  }
}

beforeEach(() => {
  FakeSource.all = [];
  vi.stubGlobal('EventSource', FakeSource);
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function open() {
  const said: string[] = [];
  const close = openStream(KPI, { event: (event) => said.push(event.name), state: (state) => said.push(`(${state})`) });
  return { said, close };
}

it('passes on what comes', () => {
  const { said } = open();
  FakeSource.all[0]!.say('open');
  FakeSource.all[0]!.say('figures', '{"days":["2026-11-25"]}');
  expect(said).toEqual(['(live)', 'figures']);
});

it('connects again after a refusal, and then asks for everything', () => {
  const { said } = open();
  FakeSource.all[0]!.giveUp();
  vi.advanceTimersByTime(1_000);
  FakeSource.all[1]!.say('open');
  expect(said).toEqual(['(reconnecting)', 'reset', '(live)']);
});

it('has screens poll while there is no stream', () => {
  const { said, close } = open();
  for (let i = 0; i < 3; i++) {
    FakeSource.all.at(-1)!.giveUp();
    if (i < 2) vi.advanceTimersByTime(2_000);
  }
  expect(said.at(-1)).toBe('(polling)');
  vi.advanceTimersByTime(10_000);
  expect(said.at(-1)).toBe('reset');
  close();
  const before = said.length;
  vi.advanceTimersByTime(60_000);
  expect(said).toHaveLength(before);
});

it('asks for everything at once where something may have been missed', () => {
  const said: string[] = [];
  openStream(KPI, { event: ({ name }) => said.push(name), state: (state) => said.push(`(${state})`) }, true);
  FakeSource.all[0]!.say('open');
  expect(said).toEqual(['reset', '(live)']);
});

it('tells the resets of two streams apart', () => {
  const said: string[] = [];
  openStream(CARE, { event: ({ name }) => said.push(name), state: () => undefined });
  FakeSource.all[0]!.say('conversation', '{"id":"v_1"}');
  FakeSource.all[0]!.say('reset', '{}');
  expect(said).toEqual(['conversation', 'care-reset']);
});
