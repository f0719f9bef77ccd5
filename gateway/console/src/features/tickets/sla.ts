import type { SlaState } from '@/api/tickets';
import type { Tone } from '@/kit/record';

/** A promise as it is told: by which sentence, with how much time between now and when it is due. */
export interface Promised {
  word: 'none' | 'pending' | 'imminent' | 'overdue' | 'late' | 'met' | 'paused';
  tone: Tone;
  /** Before the word, for who sees no colours. */
  sign: string;
  /** Milliseconds until it is due, or since. */
  gap: number;
}

const LOOKS: Record<Promised['word'], readonly [Tone, string]> = {
  none: ['quiet', ''],
  pending: ['info', ''],
  imminent: ['warn', '△'],
  overdue: ['bad', '✕'],
  late: ['bad', '✕'],
  met: ['good', '✓'],
  paused: ['quiet', '‖'],
};

/**
 * The server tells the state as of its answer, and due instants that heed business hours; what is due by now is overdue, whether it was
 * asked again or not.
 *
 * @param due - Null while a pause keeps it open.
 * @param doneAt - When what was promised happened.
 */
export function promised(state: SlaState | null, due: string | null, doneAt: string | null, now: number): Promised {
  const left = due === null ? 0 : Date.parse(due) - now;
  const word = wordOf(state, doneAt !== null, due !== null && left <= 0);
  const [tone, sign] = LOOKS[word];
  return { word, tone, sign, gap: Math.abs(left) };
}

function wordOf(state: SlaState | null, done: boolean, isDue: boolean): Promised['word'] {
  if (state === null) return 'none';
  if (state === 'met' || state === 'paused') return state;
  if (state === 'breached') return done ? 'late' : 'overdue';
  return isDue ? 'overdue' : state;
}
