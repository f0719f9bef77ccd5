import { describe, expect, it } from 'vitest';
import { STATUSES } from '@/api/tickets';
import { allowed, rolesAbove } from './rules';

describe('what may be done about a ticket', () => {
  it.each([
    ['open', ['assign', 'cancel', 'comment', 'edit', 'escalate', 'pend', 'resolve']],
    ['pending', ['assign', 'cancel', 'comment', 'edit', 'escalate', 'resolve', 'resume']],
    ['resolved', ['close', 'comment', 'reopen']],
    ['closed', ['reopen']],
    ['cancelled', []],
  ] as const)('%s', (status, verbs) => {
    expect([...allowed({ status, escalatedTo: null })].sort()).toEqual(verbs);
  });

  it('knows every status', () => {
    for (const status of STATUSES) expect(allowed({ status, escalatedTo: null })).toBeDefined();
  });

  it('escalates upwards alone, and not above the highest', () => {
    expect(rolesAbove(null)).toEqual(['supervisor', 'manager', 'admin']);
    expect(rolesAbove('manager')).toEqual(['admin']);
    expect(allowed({ status: 'open', escalatedTo: 'admin' })).not.toContain('escalate');
  });
});
