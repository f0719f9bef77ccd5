import { useCallback } from 'react';
import { useSearchParams } from 'react-router';
import { type Dimension, DIMENSIONS } from '@/api/catalogue';
import { type Definition, useDefinitions } from '@/api/indicators';
import { useToday } from '@/api/operator';
import { readFilters, useFilters, useUrlParam, writeFilters } from '@/filters/filters';
import { type Asked, nextDimension, questionsOf } from './question';

const FIRST = 'success-rate';

export type Questions = ReturnType<typeof questionsOf>;

/** The screen's address, read. */
export function useAsked() {
  const [indicator, setIndicator] = useUrlParam('i', FIRST);
  const [by, setBy] = useUrlParam('by', '');
  const [grain, setGrain] = useUrlParam('g', '');
  const [service, setService] = useUrlParam('sv', '');
  const asked: Asked = {
    by: (DIMENSIONS as readonly string[]).includes(by) ? (by as Dimension) : null,
    grain,
    service: service ? service.split(',') : [],
  };
  return { indicator, setIndicator, asked, setBy, setGrain, setService, definition: useDefinitions().get(indicator) };
}

export function useQuestions(definition: Definition): Questions {
  const { asked } = useAsked();
  const { filters } = useFilters();
  return questionsOf(definition, filters, asked, useToday());
}

/** Narrows to a code, and goes on to the next dimension: one step that Back undoes. */
export function useDrill(definition: Definition): (dimension: Dimension, code: string) => string {
  const [search] = useSearchParams();
  return useCallback(
    (dimension, code) => {
      const next = new URLSearchParams(search);
      const filters = readFilters(next);
      const narrowed: Dimension[] = [dimension];
      for (const other of ['channel', 'region', 'brand'] as const) if (filters[other].length > 0) narrowed.push(other);
      if (next.has('sv')) narrowed.push('service');
      if (dimension === 'service') next.set('sv', code);
      const drilled = dimension === 'service' || dimension === 'reason' ? next : writeFilters(next, { ...filters, [dimension]: [code] });
      const by = nextDimension(definition, dimension, narrowed);
      if (by) drilled.set('by', by);
      else drilled.delete('by');
      return `?${drilled}`;
    },
    [search, definition],
  );
}
