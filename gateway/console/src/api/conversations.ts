import { queryOptions, type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError, client, given, unwrap } from './client';
import type { components } from './generated/care';

type Schemas = components['schemas'];

export type Conversation = Omit<NonNullable<Schemas['ConversationBody']>, 'state' | 'language' | 'lastSide'> & {
  state: 'waiting' | 'active' | 'closed';
  language: 'zh-CN' | 'en';
  lastSide: 'customer' | 'agent' | null;
};
export type Kind = 'text' | 'note';
export type Message = Omit<Schemas['Message'], 'side' | 'kind'> & { side: 'customer' | 'agent'; kind: Kind };
export type Draft = Omit<Schemas['AnswerDraft'], 'kind'> & { kind: Kind };
export type Presence = 'viewing' | 'typing' | 'idle' | 'gone';
/** Who is with a conversation, by user name; the customer as `customer`. */
export type Attendance = Record<string, { status: Presence; at: string }>;

export interface Conversations {
  items: Conversation[];
  /** There are more than are shown. */
  more: boolean;
}

/** A conversation with all that was said so far. */
export interface Thread {
  conversation: Conversation;
  messages: Message[];
}

/** The largest page. */
const PAGE = 200;

export interface ConversationFilter {
  state: Conversation['state'];
  agent?: string;
  customer?: string;
}

/** Who came first first. @param pages - so many pages at most. */
export function conversationsQuery(filter: ConversationFilter, pages = 1) {
  return queryOptions({
    queryKey: ['conversations', filter, pages],
    queryFn: async ({ signal }): Promise<Conversations> => {
      const items: Conversation[] = [];
      let cursor: string | null | undefined;
      for (let page = 0; page < pages && cursor !== null; page++) {
        const query = given({ ...filter, limit: PAGE, cursor });
        const found = await unwrap(client.GET('/api/v1/care/conversations', { params: { query }, signal }));
        items.push(...(found.items as Conversation[]));
        cursor = found.next;
      }
      return { items, more: cursor !== null };
    },
    staleTime: 5_000,
  });
}

/** Everything that was said; once it is there, only what was said after is asked for. [D4] */
export function threadQuery(queries: QueryClient, id: string) {
  const queryKey = ['conversation', id];
  return queryOptions({
    queryKey,
    queryFn: async ({ signal }): Promise<Thread> => {
      const messages = [...(queries.getQueryData<Thread>(queryKey)?.messages ?? [])];
      for (;;) {
        const after = messages.at(-1)?.seq ?? 0;
        const body = await unwrap(client.GET('/api/v1/care/conversations/{id}', { params: { path: { id }, query: { after } }, signal }));
        messages.push(...(body.messages as Message[]));
        if (!body.more) return { conversation: body.conversation as Conversation, messages };
      }
    },
    staleTime: 5_000,
  });
}

export function presenceQuery(id: string) {
  return queryOptions({
    queryKey: ['presence', id],
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/api/v1/care/conversations/{id}/presence', { params: { path: { id } }, signal }))).people as Attendance,
    // Who stops typing says nothing.
    refetchInterval: 10_000,
  });
}

/** Nobody waits for it and nothing is lost where it fails: the next one comes in 20 seconds. */
export function sayPresence(id: string, status: Presence): void {
  client
    .POST('/api/v1/care/conversations/{id}/presence', { params: { path: { id } }, body: { status }, keepalive: status === 'gone' })
    .catch(() => undefined);
}

/** What one has typed and not sent, wherever that was. [D2] */
export async function readDraft(id: string): Promise<Draft> {
  return (await unwrap(client.GET('/api/v1/care/conversations/{id}/draft', { params: { path: { id } } }))) as Draft;
}

/** @param leaving - the page is being left: the browser sends it all the same. */
export async function saveDraft(id: string, text: string, kind: Kind, leaving = false): Promise<void> {
  await unwrap(client.PUT('/api/v1/care/conversations/{id}/draft', { params: { path: { id } }, body: { text, kind }, keepalive: leaving }));
}

export interface Sending {
  clientId: string;
  text: string;
  kind: Kind;
  /** Number of the last message that was shown. */
  seen: number;
}

export async function sendMessage(id: string, message: Sending): Promise<Message> {
  return (await unwrap(client.POST('/api/v1/care/conversations/{id}/messages', { params: { path: { id } }, body: message }))) as Message;
}

/** Why a message or a step was refused, where the reason is one that people can do something about. */
export type Refusal = 'stale-thread' | 'not-yours' | 'conversation-closed';

export function refusalOf(fault: unknown): Refusal | null {
  if (!(fault instanceof ApiError) || fault.status !== 409) return null;
  const slug = fault.problem.type.split(':').at(-1);
  return slug === 'stale-thread' || slug === 'not-yours' || slug === 'conversation-closed' ? slug : null;
}

/** What is done with a conversation beside answering. */
export type Step =
  | { what: 'assign'; agent: string | null }
  | { what: 'release'; skill: string | null }
  | { what: 'close'; reason: string };

async function take(id: string, step: Step): Promise<Conversation> {
  const params = { path: { id } };
  const done =
    step.what === 'assign'
      ? client.POST('/api/v1/care/conversations/{id}/assign', { params, body: { agent: step.agent } })
      : step.what === 'release'
        ? client.POST('/api/v1/care/conversations/{id}/release', { params, body: { skill: step.skill } })
        : client.POST('/api/v1/care/conversations/{id}/close', { params, body: { reason: step.reason } });
  return (await unwrap<unknown>(done as never)) as Conversation;
}

/** The thread shows at once what the server answered; the lists ask again. */
export function useStep(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (step: Step) => take(id, step),
    onSuccess: (conversation) =>
      queries.setQueryData<Thread>(['conversation', id], (thread) => thread && { ...thread, conversation }),
    onSettled: () =>
      Promise.all(['conversations', 'wall', 'conversation'].map((key) => queries.invalidateQueries({ queryKey: key === 'conversation' ? [key, id] : [key] }))),
  });
}

export function transcriptHref(id: string, notes: boolean): string {
  return `/api/v1/care/conversations/${encodeURIComponent(id)}/transcript${notes ? '?notes=true' : ''}`;
}
