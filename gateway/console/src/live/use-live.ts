import { createContext, useContext, useSyncExternalStore } from 'react';
import type { LiveStatus } from './events';
import type { Live } from './leader';

export const LiveContext = createContext<Live | null>(null);

const NONE: LiveStatus = { state: 'reconnecting', since: 0 };

export function useLiveStatus(): LiveStatus {
  const live = useContext(LiveContext);
  return useSyncExternalStore(live?.subscribe ?? (() => () => undefined), live?.getStatus ?? (() => NONE));
}
