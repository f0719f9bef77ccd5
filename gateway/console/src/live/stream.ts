import type { LiveEvent, LiveState, Source } from './events';

const FIRST_RETRY = 1_000;
const LONGEST_RETRY = 30_000;
const POLL = 10_000;
/** Fewer failures than this are a hiccup; from here on screens poll. */
const PATIENCE = 3;

export interface StreamHandlers {
  event: (event: LiveEvent) => void;
  state: (state: LiveState) => void;
}

/**
 * The one connection for events. EventSource reconnects by itself with Last-Event-ID while the server hangs up politely; where it gives
 * up (an error status), we try again with growing pauses, and in the meantime say `reset` every ten seconds, so that screens ask.
 *
 * @param missed - something may have been missed before: screens ask for everything once the connection is there.
 */
export function openStream(from: Source, handlers: StreamHandlers, missed = false): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let poll: ReturnType<typeof setInterval> | undefined;
  let failures = missed ? 1 : 0;

  const stopPolling = () => {
    clearInterval(poll);
    poll = undefined;
  };

  const failed = () => {
    failures++;
    if (failures < PATIENCE) {
      handlers.state('reconnecting');
    } else {
      handlers.state('polling');
      poll ??= setInterval(() => handlers.event({ name: from.reset, data: {} }), POLL);
    }
    if (source?.readyState !== EventSource.CLOSED) return;
    source.close();
    clearTimeout(retry);
    retry = setTimeout(connect, Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** (failures - 1)));
  };

  const connect = () => {
    source = new EventSource(from.address);
    source.addEventListener('open', () => {
      // What was missed while there was no connection, no one will repeat to a new one.
      if (failures > 0) handlers.event({ name: from.reset, data: {} });
      failures = 0;
      stopPolling();
      handlers.state('live');
    });
    source.addEventListener('error', failed);
    for (const [said, name] of Object.entries(from.events)) {
      source.addEventListener(said, (message: MessageEvent<string>) => handlers.event({ name, data: JSON.parse(message.data || '{}') }));
    }
  };

  connect();
  return () => {
    source?.close();
    clearTimeout(retry);
    stopPolling();
  };
}
