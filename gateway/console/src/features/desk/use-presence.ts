import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { type Attendance, type Presence, presenceQuery, sayPresence } from '@/api/conversations';

/** The server forgets who says nothing for 45 seconds, and who typed after 8. */
const AGAIN = 20_000;
const TYPING_AGAIN = 5_000;
const TYPED = 6_000;

/** Says what this agent does with a conversation while it is open. @returns to be called with every key that is typed. */
export function usePresence(id: string): () => void {
  const typed = useRef({ said: 0, timer: undefined as ReturnType<typeof setTimeout> | undefined });
  useEffect(() => {
    const at = typed.current;
    const say = () => sayPresence(id, document.hidden ? 'idle' : 'viewing');
    say();
    const timer = setInterval(say, AGAIN);
    const gone = () => sayPresence(id, 'gone');
    document.addEventListener('visibilitychange', say);
    addEventListener('pagehide', gone);
    return () => {
      clearInterval(timer);
      clearTimeout(at.timer);
      document.removeEventListener('visibilitychange', say);
      removeEventListener('pagehide', gone);
      gone();
    };
  }, [id]);
  return useCallback(() => {
    const at = typed.current;
    clearTimeout(at.timer);
    at.timer = setTimeout(() => {
      at.said = 0;
      sayPresence(id, 'viewing');
    }, TYPED);
    if (Date.now() - at.said < TYPING_AGAIN) return;
    at.said = Date.now();
    sayPresence(id, 'typing');
  }, [id]);
}

export interface Person {
  /** Null for the customer. */
  name: string | null;
  status: Presence;
}

/** The others who are with it, the customer first. */
export function useOthers(id: string, me: string): Person[] {
  const { data } = useQuery(presenceQuery(id));
  return others(data ?? {}, me);
}

export function others(attendance: Attendance, me: string): Person[] {
  return Object.entries(attendance)
    .filter(([name]) => name !== me)
    .map(([name, { status }]) => ({ name: name === 'customer' ? null : name, status }))
    .sort((one, other) => Number(other.name === null) - Number(one.name === null) || (one.name ?? '').localeCompare(other.name ?? ''));
}
