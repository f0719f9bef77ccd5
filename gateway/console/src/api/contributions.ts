import { queryOptions } from '@tanstack/react-query';
import type { Dimension } from './catalogue';
import { client, unwrap } from './client';
import type { components } from './generated/kpi';
import { parameters, type Question } from './indicators';

type Schemas = components['schemas'];

/** One part of a change: a code of each dimension it was split by; for rates, how much of it is mix, rate and both. */
export type Contribution = Schemas['ContributionBody'];

/** What a change comes from; contributions and rest add up to the difference. */
export type Contributions = Omit<Schemas['ContributionsBody'], 'by'> & { by: Dimension[] };

export function contributionsQuery(indicator: string, question: Question, top: number) {
  const query = { ...parameters(question), top: String(top) };
  return queryOptions({
    queryKey: ['figures', indicator, 'contributions', query],
    queryFn: async ({ signal }) =>
      (await unwrap(
        client.GET('/api/v1/kpi/indicators/{id}/contributions', { params: { path: { id: indicator }, query }, signal }),
      )) as Contributions,
    staleTime: 30_000,
  });
}
