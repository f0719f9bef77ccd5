/** Encodings that exports come in; GB18030 reads GBK and GB2312 too. */
export const ENCODINGS = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be'] as const;
export type Encoding = (typeof ENCODINGS)[number];

export interface FileFacts {
  /** Of the file as it lies on disk. */
  sha256: string;
  encoding: Encoding;
  /** One JSON object a line, else columns. */
  json: boolean;
}

/** Why a file cannot be read here. */
export type FileFault = 'zip' | 'insecure' | 'unreadable' | 'empty';

export class FileError extends Error {
  constructor(readonly fault: FileFault) {
    super(fault);
    this.name = 'FileError';
  }
}

/** A first pass over the file: hash and encoding. Nothing leaves this computer. */
export async function inspect(file: File): Promise<FileFacts> {
  // Browsers compute hashes on https and on this machine alone.
  if (!globalThis.crypto?.subtle) throw new FileError('insecure');
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  if (head.length === 0) throw new FileError('empty');
  if (startsWith(head, [0x50, 0x4b, 0x03, 0x04])) throw new FileError('zip');
  try {
    const sha256 = hex(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
    return { sha256, ...(await probe(await bytesOf(file))) };
  } catch (fault) {
    throw fault instanceof FileError ? fault : new FileError('unreadable');
  }
}

/** The text of a file, unpacked, as it is read. */
export async function* textOf(file: File, encoding: Encoding, onRead: (bytes: number) => void = () => undefined): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const bytes of readAll(await bytesOf(file, onRead))) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}

/** @param onRead told how many bytes of the file have been read, packed as they are. */
async function bytesOf(file: File, onRead: (bytes: number) => void = () => undefined): Promise<ReadableStream<Uint8Array>> {
  let read = 0;
  const counted = file.stream().pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        read += chunk.length;
        onRead(read);
        controller.enqueue(chunk);
      },
    }),
  );
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return startsWith(head, [0x1f, 0x8b])
    ? counted.pipeThrough(new DecompressionStream('gzip') as unknown as TransformStream<Uint8Array, Uint8Array>)
    : counted;
}

const BEFORE_TEXT = new Set([0xef, 0xbb, 0xbf, 0xff, 0xfe, 0, 0x20, 0x09, 0x0d, 0x0a]);
const BRACE = 0x7b;

/** A mark at the beginning; else UTF-8, if every byte is; else GB18030. */
async function probe(content: ReadableStream<Uint8Array>): Promise<Pick<FileFacts, 'encoding' | 'json'>> {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  let head: Uint8Array | undefined;
  let first: number | undefined;
  let valid = true;
  for await (const bytes of readAll(content)) {
    head ??= bytes.slice(0, 4);
    first ??= bytes.find((byte) => !BEFORE_TEXT.has(byte));
    valid &&= decodes(utf8, bytes);
  }
  valid &&= decodes(utf8);
  const marked = head && (startsWith(head, [0xff, 0xfe]) ? 'utf-16le' : startsWith(head, [0xfe, 0xff]) ? 'utf-16be' : undefined);
  return { encoding: marked ?? (valid ? 'utf-8' : 'gb18030'), json: first === BRACE };
}

function decodes(decoder: TextDecoder, bytes?: Uint8Array): boolean {
  try {
    decoder.decode(bytes, { stream: bytes !== undefined });
    return true;
  } catch {
    return false;
  }
}

async function* readAll(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    // Whoever stops reading in the middle lets the file go.
    await reader.cancel().catch(() => undefined);
  }
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, i) => bytes[i] === byte);
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
