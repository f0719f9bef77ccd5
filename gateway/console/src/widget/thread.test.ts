import { describe, expect, it } from 'vitest';
import { EMPTY, type Message, type Standing, confirm, merge, nextToSend, pause, refuse, write } from './thread';

const message = (seq: number, clientId = `m${seq}`, side = 'customer'): Message => ({ seq, side, clientId, text: `text ${seq}`, at: '2026-11-01T00:00:00Z' });
const standing = (...messages: Message[]): Standing => ({ state: 'active', messages, more: false, queue: null, agentTypes: false, rating: null, language: 'en' });

describe('merge', () => {
  it('shows each message once and in order, however it was heard of', () => {
    const first = merge(EMPTY, standing(message(1), message(2)), 0);
    const again = merge(first, standing(message(4), message(2), message(3)), 1);
    expect(again.messages.map((one) => one.seq)).toEqual([1, 2, 3, 4]);
    expect(again.read).toBe(4);
  });

  it('lets nothing wait that the server has', () => {
    const thread = write(write(EMPTY, 'a', 'one'), 'b', 'two');
    expect(merge(thread, standing(message(1, 'a')), 0).unsent.map((one) => one.clientId)).toEqual(['b']);
  });

  it('starts anew where it was asked from the beginning', () => {
    const old = merge(EMPTY, standing(message(1), message(2), message(3)), 0);
    expect(merge(old, standing(message(1, 'new')), 0).messages.map((one) => one.clientId)).toEqual(['new']);
  });

  it('asks for what came before a message that was confirmed after a reload', () => {
    const reloaded = confirm(write(EMPTY, 'late', 'two'), message(3, 'late'));
    expect(reloaded.read).toBe(0);
    expect(merge(reloaded, standing(message(1), message(2, 'a', 'agent'), message(3, 'late')), reloaded.read).messages.map((one) => one.seq)).toEqual([1, 2, 3]);
  });

  it('does not take an agent’s message for the customer’s own under the same id', () => {
    const thread = write(EMPTY, 'a', 'one');
    expect(merge(thread, standing(message(1, 'a', 'agent')), 0).unsent).toHaveLength(1);
  });
});

describe('sending', () => {
  it('goes in the order of writing and stops at one that is refused', () => {
    let thread = write(write(EMPTY, 'a', 'one'), 'b', 'two');
    expect(nextToSend(thread)?.clientId).toBe('a');
    thread = refuse(thread, 'a', true);
    expect(nextToSend(thread)).toBeUndefined();
    thread = refuse(thread, 'a', false);
    thread = confirm(thread, message(1, 'a'));
    expect(nextToSend(thread)?.clientId).toBe('b');
    expect(confirm(thread, message(1, 'a')).messages).toHaveLength(1);
  });

  it('waits longer each time, by chance, and never longer than twenty seconds', () => {
    expect([1, 2, 3, 4, 5, 50].map((failures) => pause(failures, 0.5))).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    expect(pause(50, 1)).toBeLessThan(20_000);
  });
});
