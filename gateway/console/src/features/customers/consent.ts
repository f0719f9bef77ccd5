import type { Consent } from '@/api/customers';
import { groupBy } from '@/lib/group-by';

/** What was said for one purpose over one channel: what holds, and all of it, the last said first. */
export interface Agreement {
  key: string;
  holding: Consent;
  said: Consent[];
}

/** In the order in which what holds is told; what was said counts by when it was said, not by when it was recorded. */
export function agreements(holding: readonly Consent[], said: readonly Consent[]): Agreement[] {
  const keyOf = ({ purpose, channel }: Consent) => `${purpose} ${channel}`;
  const all = groupBy(said, keyOf);
  return holding.map((one) => ({
    key: keyOf(one),
    holding: one,
    said: (all.get(keyOf(one)) ?? []).toSorted((a, b) => b.at.localeCompare(a.at) || b.version - a.version),
  }));
}
