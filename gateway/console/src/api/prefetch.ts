import { type QueryKey, useQueryClient } from '@tanstack/react-query';

interface Prefetched {
  queryKey: QueryKey;
}

/**
 * Asks while the screen is being drawn, not after: in this order, what the reader looks at first. What has an answer, or is on its way, is
 * left alone.
 */
export function usePrefetched(queries: readonly Prefetched[]): void {
  const client = useQueryClient();
  for (const query of queries) if (client.getQueryState(query.queryKey) === undefined) void client.prefetchQuery(query);
}
