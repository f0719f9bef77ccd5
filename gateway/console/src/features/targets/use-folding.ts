import { useCallback, useState } from 'react';

export interface Folding {
  closed: ReadonlySet<string>;
  toggle: (key: string) => void;
}

/** Which scopes of the tree are closed, for all parts of the screen alike. */
export function useFolding(): Folding {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback(
    (key: string) => setClosed((now) => (now.has(key) ? new Set([...now].filter((one) => one !== key)) : new Set([...now, key]))),
    [],
  );
  return { closed, toggle };
}
