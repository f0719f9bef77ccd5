import { queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useLanguage } from '@/i18n/language';
import { nameIn, type Names } from '@/i18n/messages';
import { client, unwrap } from './client';
import type { components } from './generated/kpi';

type Schemas = components['schemas'];
type Named<T> = Omit<T, 'names'> & { names: Names };

export type Channel = Named<Schemas['Channel']>;
export type Service = Named<Schemas['Service']>;
export type Region = Named<Schemas['Region']>;
export type Brand = Named<Schemas['Brand']>;
export type Reason = Named<Schemas['Reason']>;

export interface Catalogue {
  version: number;
  channels: Channel[];
  services: Service[];
  regions: Region[];
  brands: Brand[];
  reasons: Reason[];
}

export type Dimension = 'channel' | 'service' | 'region' | 'brand' | 'reason';
export const DIMENSIONS: readonly Dimension[] = ['channel', 'service', 'region', 'brand', 'reason'];

export const catalogueQuery = queryOptions({
  queryKey: ['catalogue'],
  queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/kpi/catalogue', { signal }))) as unknown as Catalogue,
  staleTime: 10 * 60_000,
});

export function useCatalogue(): Catalogue | undefined {
  return useQuery(catalogueQuery).data;
}

const OTHERS: Record<string, Names> = {
  unknown: { 'zh-CN': '未登记', en: 'Not in the catalogue' },
  none: { 'zh-CN': '未填', en: 'Not given' },
};

/** The name of a code in the reader's language; a code that the catalogue does not have is its own name. */
export function useNames(): (dimension: Dimension, code: string) => string {
  const language = useLanguage();
  const catalogue = useCatalogue();
  return useMemo(() => {
    const lists = catalogue && {
      channel: catalogue.channels,
      service: catalogue.services,
      region: catalogue.regions,
      brand: catalogue.brands,
      reason: catalogue.reasons,
    };
    const names = new Map<string, Names>();
    for (const dimension of DIMENSIONS) {
      for (const entry of lists?.[dimension] ?? []) names.set(`${dimension}:${entry.code}`, entry.names);
    }
    return (dimension, code) => {
      const known = names.get(`${dimension}:${code}`) ?? OTHERS[code];
      return known ? nameIn(known, language) : code;
    };
  }, [catalogue, language]);
}
