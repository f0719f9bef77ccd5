import { describe, expect, it } from 'vitest';
import { readFilter, writeFilter } from './filter';

describe('the filter of tickets in the address', () => {
  it('is read as it is written, and leaves the rest alone', () => {
    const filter = { status: 'open', type: 'complaint', owner: 'li.na', sla: 'breached', customer: 'c_1' };
    const search = writeFilter(new URLSearchParams('t=tickets&ch=app'), filter);
    expect(search.toString()).toBe('t=tickets&ch=app&st=open&ty=complaint&o=li.na&sla=breached&cu=c_1');
    expect(readFilter(search)).toEqual(filter);
    expect(writeFilter(search, { ...filter, status: '' }).has('st')).toBe(false);
  });

  it('takes no word that the server does not know', () => {
    expect(readFilter(new URLSearchParams('st=finished&sv=high&sla=maybe'))).toEqual({ severity: 'high' });
  });
});
