import { ApiError } from '@/api/client';
import {
  getImport,
  type Import,
  type MappedRows,
  type Mapping,
  mapRows,
  reportImport,
  type RowTransaction,
  sendChunk,
  startImport,
} from '@/api/imports';
import { piecesOf } from './pieces';
import { type FileFacts, textOf } from './source-file';

export interface Reject {
  row: number;
  /** Null where the ingestion refused it: then the text is what was sent. */
  line: number | null;
  cause: string;
  /** Numbers in it are masked. */
  text: string;
}

export interface Progress {
  phase: 'sending' | 'counting' | 'done';
  rows: number;
  rejected: Readonly<Record<string, number>>;
  /** Of the file, packed as it is. */
  bytes: number;
  /** The service cannot take it now; it is asked again. */
  waiting: boolean;
  import: Import | null;
}

export interface Order {
  file: File;
  facts: FileFacts;
  mapping: Mapping;
}

const REPORT_EVERY = 1_000;
const ASK_EVERY = 500;
const LONGEST_PAUSE = 30_000;

/**
 * Reads a file here, has its rows made transactions piece by piece, and hands these to the import's route, one piece ahead. Broken off,
 * the same file is simply sent again: rows that were taken are recognised.
 */
export class ImportRun {
  readonly rejects: Reject[] = [];
  private readonly counts: Record<string, number> = {};
  private rows = 0;
  private bytes = 0;
  private waiting = false;
  private reported = 0;

  constructor(
    private readonly order: Order,
    private readonly signal: AbortSignal,
    private readonly onProgress: (progress: Progress) => void,
  ) {}

  async run(): Promise<Import> {
    const { file, facts, mapping } = this.order;
    const started = await this.patiently(() => startImport(mapping, { name: file.name, sha256: facts.sha256 }, this.signal));
    let sending: Promise<void> = Promise.resolve();
    let read = 0;
    for await (const piece of piecesOf(
      textOf(file, facts.encoding, (bytes) => (this.bytes = bytes)),
      facts.json,
    )) {
      const rows = await this.patiently(() => mapRows(mapping.name, piece.text, facts.json, read, piece.line, this.signal));
      await sending;
      sending = this.settle(started.id, rows, read);
      // A fault shows when the next piece waits for it; until then it is nobody's.
      sending.catch(() => undefined);
      read += rows.rows;
    }
    await sending;
    await this.patiently(() => reportImport(started.id, this.rows, this.counts, true, this.signal));
    return this.counted(started.id);
  }

  /** Sends a piece and counts what became of its rows. */
  private async settle(id: string, { rows, transactions, rejected }: MappedRows, before: number): Promise<void> {
    await this.send(id, transactions);
    for (const one of rejected) this.reject(one);
    this.rows = before + rows;
    this.tell('sending', null);
    if (performance.now() - this.reported < REPORT_EVERY) return;
    await this.patiently(() => reportImport(id, this.rows, this.counts, false, this.signal));
    this.reported = performance.now();
  }

  /** The answer lists 1,000 refusals at most; where there are more, what follows the last one is sent once more on its own. */
  private async send(id: string, transactions: readonly RowTransaction[]): Promise<void> {
    for (let from = 0; from < transactions.length;) {
      const part = transactions.slice(from);
      const taken = await this.patiently(() => sendChunk(id, `${id}:b${part[0]!.row}`, part, this.signal));
      const listed = taken.rejected ?? [];
      for (const { line, errors } of listed) {
        const row = part[line - 1]!;
        this.reject({ row: row.row, line: null, cause: causeOf(Object.keys(errors)[0] ?? 'columns'), text: JSON.stringify(row) });
      }
      from = (taken.rejectedTotal ?? 0) > listed.length ? from + listed.at(-1)!.line : transactions.length;
    }
  }

  private reject(one: Reject): void {
    this.rejects.push(one);
    this.counts[one.cause] = (this.counts[one.cause] ?? 0) + 1;
  }

  private async counted(id: string): Promise<Import> {
    for (;;) {
      const now = await this.patiently(() => getImport(id, this.signal));
      const done = now.done && now.lag === 0;
      this.tell(done ? 'done' : 'counting', now);
      if (done) return now;
      await pause(ASK_EVERY, this.signal);
    }
  }

  /** A service that is busy or down is waited for; everything else is an error. */
  private async patiently<T>(call: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      this.signal.throwIfAborted();
      try {
        const answer = await call();
        this.waiting = false;
        return answer;
      } catch (fault) {
        if (!(fault instanceof ApiError) || !passes(fault)) throw fault;
        this.waiting = true;
        this.tell('sending', null);
        await pause(Math.min(LONGEST_PAUSE, 500 * 2 ** attempt), this.signal);
      }
    }
  }

  private tell(phase: Progress['phase'], now: Import | null): void {
    this.onProgress({ phase, rows: this.rows, rejected: { ...this.counts }, bytes: this.bytes, waiting: this.waiting, import: now });
  }
}

function passes({ status, problem }: ApiError): boolean {
  return status === 0 || status === 429 || status >= 500 || (status === 409 && problem.type.includes('still-running'));
}

/** As the command line calls it. */
function causeOf(field: string): string {
  return { at: 'time', customer: 'number', durationMs: 'duration' }[field] ?? field;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
