import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import type { LiveStatus } from './events';
import type { Live } from './leader';

/** The streams that whoever is signed in hears. */
export const LiveContext = createContext<readonly Live[]>([]);

const NONE: LiveStatus = { state: 'reconnecting', since: 0 };

/** Live where all streams are; else how the first one is that is not. */
export function useLiveStatus(): LiveStatus {
  const streams = useContext(LiveContext);
  const subscribe = useCallback(
    (listener: () => void) => {
      const ends = streams.map((live) => live.subscribe(listener));
      return () => ends.forEach((end) => end());
    },
    [streams],
  );
  return useSyncExternalStore(subscribe, () => {
    const all = streams.map((live) => live.getStatus());
    return all.find(({ state }) => state !== 'live') ?? all[0] ?? NONE;
  });
}
