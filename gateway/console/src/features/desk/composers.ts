import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { type Message, readDraft, saveDraft, sendMessage, type Thread } from '@/api/conversations';
import { Composer, type ComposerState } from './composer';

/** One composer for each conversation that was opened: what did not arrive in one is still there after a look at another. */
export class Composers {
  private readonly all = new Map<string, Composer>();

  constructor(private readonly queries: QueryClient) {}

  of(id: string): Composer {
    let one = this.all.get(id);
    if (!one) {
      one = new Composer({
        read: () => readDraft(id),
        save: (text, kind, leaving) => saveDraft(id, text, kind, leaving),
        send: async (message) => {
          try {
            const sent = await sendMessage(id, message);
            this.queries.setQueryData<Thread>(['conversation', id], (thread) => thread && withMessage(thread, sent));
            return sent;
          } finally {
            // What was refused, too: because of something that is not on the screen.
            for (const queryKey of [['conversation', id], ['conversations']]) void this.queries.invalidateQueries({ queryKey });
          }
        },
      });
      this.all.set(id, one);
    }
    return one;
  }

  flush(leaving: boolean): void {
    for (const one of this.all.values()) one.flush(leaving);
  }
}

/** Nothing typed is lost when the page or the screen is left. [D2] */
export function useComposers(): Composers {
  const queries = useQueryClient();
  const composers = useMemo(() => new Composers(queries), [queries]);
  useEffect(() => {
    const leaving = () => composers.flush(true);
    addEventListener('pagehide', leaving);
    return () => {
      removeEventListener('pagehide', leaving);
      composers.flush(true);
    };
  }, [composers]);
  return composers;
}

export function useComposer(composer: Composer): ComposerState {
  return useSyncExternalStore(composer.subscribe, composer.getState);
}

/** Where others came between, they are asked for. */
export function withMessage(thread: Thread, message: Message): Thread {
  const last = thread.messages.at(-1)?.seq ?? 0;
  return message.seq === last + 1 ? { ...thread, messages: [...thread.messages, message] } : thread;
}
