import { useCallback, useSyncExternalStore } from 'react';

/** The time, in ms since 1970, as it was at the last full step; only what asks is drawn again. */
export function useNow(every = 30_000): number {
  const subscribe = useCallback(
    (listener: () => void) => {
      const timer = setInterval(listener, every);
      return () => clearInterval(timer);
    },
    [every],
  );
  return useSyncExternalStore(subscribe, () => Math.floor(Date.now() / every) * every);
}
