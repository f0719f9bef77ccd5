import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { dutyQuery, sayDuty } from '@/api/agents';

/**
 * Says again that whoever is on duty is there, on whichever screen: a desk that is silent for 45 seconds is taken for closed. A worker keeps
 * the time, for browsers let a page that nobody looks at wake up once a minute only.
 */
export function DutyBeat() {
  const queries = useQueryClient();
  const { data } = useQuery(dutyQuery);
  const onDuty = data !== undefined && data.status !== 'off';
  useEffect(() => {
    if (!onDuty) return undefined;
    const say = () => {
      const status = queries.getQueryData(dutyQuery.queryKey)?.status ?? 'off';
      if (status !== 'off') sayDuty(status).catch(() => undefined);
    };
    const pulse = new Worker(new URL('pulse.ts', import.meta.url), { type: 'module' });
    pulse.addEventListener('message', say);
    return () => pulse.terminate();
  }, [onDuty, queries]);
  return null;
}
