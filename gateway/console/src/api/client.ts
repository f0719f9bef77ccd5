import createClient, { type Middleware } from 'openapi-fetch';
import { tag } from '@/i18n/language';
import type { paths as AccessPaths } from './generated/access';
import type { paths as CarePaths } from './generated/care';
import type { paths as KpiPaths } from './generated/kpi';
import type { paths as OffloadPaths } from './generated/offload';
import type { paths as SimulatorPaths } from './generated/simulator';

/** What every error of the API says (RFC 9457). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  correlationId: string;
  errors?: Record<string, string[]>;
}

/** An answer that is an error, or none at all (status 0). */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.name = 'ApiError';
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }
}

const headers: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', tag());
    // Another site cannot send it: the gateway takes changes only with it.
    request.headers.set('X-Channels-Request', '1');
    return request;
  },
};

export const client = createClient<AccessPaths & CarePaths & KpiPaths & OffloadPaths & SimulatorPaths>({
  baseUrl: location.origin,
  // Looked up with every call, so that a test can put a server of its own in its place.
  fetch: (request) => globalThis.fetch(request),
});
client.use(headers);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of an answer that is well; what else comes is thrown as {@link ApiError}. */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer.catch((fault: unknown) => {
    if (fault instanceof DOMException && fault.name === 'AbortError') throw fault;
    throw new ApiError({ type: 'urn:channels:console:offline', title: 'offline', status: 0, correlationId: '' });
  });
  if (!response.ok) throw new ApiError(problemOf(error, response));
  return data as T;
}

function problemOf(error: unknown, response: Response): Problem {
  if (typeof error === 'object' && error !== null && 'title' in error && 'status' in error) return error as Problem;
  return { type: 'about:blank', title: response.statusText || `HTTP ${response.status}`, status: response.status, correlationId: '' };
}

/** Query parameters without those that are empty. */
export function given<T extends Record<string, string | number | boolean | undefined>>(query: T): Partial<T> {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined && value !== '')) as Partial<T>;
}
