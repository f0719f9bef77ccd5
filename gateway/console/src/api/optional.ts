import { ApiError, client, unwrap } from './client';

type Loose = (path: string, init: object) => Promise<{ data?: unknown; error?: unknown; response: Response }>;

/** GET of a route that this version of the suite may not have yet: null where it is not there. */
export async function getOrNull<T>(path: string, query: Record<string, string>, signal: AbortSignal): Promise<T | null> {
  try {
    return (await unwrap((client.GET as unknown as Loose)(path, { params: { query }, signal }))) as T;
  } catch (fault) {
    if (fault instanceof ApiError && fault.status === 404) return null;
    throw fault;
  }
}
