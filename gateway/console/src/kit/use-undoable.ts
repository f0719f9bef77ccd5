import { useCallback, useEffect, useRef, useState } from 'react';

/** How long something that was taken away can be had back. [L6] */
const GRACE = 10_000;

/** Does something in ten seconds, unless it is undone; or at once where the reader leaves before. */
export function useUndoable(act: () => void): { waiting: boolean; start: () => void; undo: () => void } {
  const [waiting, setWaiting] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });

  const stop = useCallback(() => {
    const was = timer.current !== null;
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = null;
    return was;
  }, []);
  const start = useCallback(() => {
    stop();
    setWaiting(true);
    timer.current = setTimeout(() => {
      timer.current = null;
      setWaiting(false);
      latest.current();
    }, GRACE);
  }, [stop]);
  const undo = useCallback(() => {
    stop();
    setWaiting(false);
  }, [stop]);
  useEffect(
    () => () => {
      if (stop()) latest.current();
    },
    [stop],
  );
  return { waiting, start, undo };
}
