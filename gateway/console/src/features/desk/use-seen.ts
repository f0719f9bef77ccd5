import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

export interface ThreadView {
  /** What scrolls; its first child is as long as the thread. */
  box: RefObject<HTMLDivElement | null>;
  /** Number of the last message that was in view: an answer is given to what one has seen. [D3] */
  seen: number;
  onScroll: () => void;
  toEnd: () => void;
}

/** As near to the end as this is at the end. */
const NEAR = 48;

/** Stays at the end where the reader is there, and knows up to which message the reader got. */
export function useSeen(last: number): ThreadView {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [seen, setSeen] = useState(0);
  const look = useCallback(() => {
    const element = box.current;
    if (!element) return;
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    if (atEnd.current && !document.hidden) setSeen((before) => Math.max(before, last));
  }, [last]);
  const toEnd = useCallback(() => {
    atEnd.current = true;
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, []);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    // Told at once, too: so what has just come is looked at.
    const observer = new ResizeObserver(() => {
      if (atEnd.current) toEnd();
      look();
    });
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    document.addEventListener('visibilitychange', look);
    return () => {
      observer.disconnect();
      document.removeEventListener('visibilitychange', look);
    };
  }, [look, toEnd]);
  return { box, seen, onScroll: look, toEnd };
}
