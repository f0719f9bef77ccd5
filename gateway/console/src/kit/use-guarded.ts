import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '@/api/client';

interface Guarded<Body> {
  /** As it is now, whoever changed it last. */
  revision: number;
  /** What others do is seen while one writes, so that the change is over what is there when it is sent. */
  follows?: boolean;
  act: (body: Body, revision: number) => Promise<unknown>;
  /** Asks for it anew. */
  refresh: () => Promise<unknown>;
  onDone: () => void;
}

/**
 * Changes what was read when the form was opened. Where somebody else has changed it since, nothing happens but that it is `stale`: what
 * they did is to be shown (whatever is newer than `read`), and the next try is over that.
 */
export function useGuarded<Body>({ revision, follows = false, act, refresh, onDone }: Guarded<Body>) {
  const [read, setRead] = useState(revision);
  const change = useMutation({
    mutationFn: (what: { body: Body; over: number }) => act(what.body, what.over),
    onSuccess: async () => {
      await refresh();
      onDone();
    },
    onError: (fault) => (isStale(fault) ? refresh() : undefined),
  });
  const stale = isStale(change.error);
  const submit = (body: Body) => {
    const over = stale || follows ? revision : read;
    setRead(over);
    change.mutate({ body, over });
  };
  return { submit, busy: change.isPending, error: stale ? null : change.error, stale, read };
}

function isStale(fault: Error | null): boolean {
  return fault instanceof ApiError && fault.status === 412;
}
