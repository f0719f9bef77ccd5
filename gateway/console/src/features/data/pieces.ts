/** A piece of a file: the headers and whole rows below them. */
export interface Piece {
  text: string;
  /** How many lines of the file come before its first row. */
  line: number;
}

/** Rows of a piece, about: the import's route takes 50,000, and a smaller piece shows progress sooner. */
const LINES = 4_000;
/** As the server reads: a row of quotes that do not close within so many lines is broken. */
const LONGEST_QUOTED_ROW = 20;
/** Whatever the quotes say, a piece is not larger: the server takes 10,000 rows and 16 MiB, which is four bytes a character at most. */
const MOST_LINES = 9_000;
const MOST_CHARACTERS = 4 * 1024 * 1024 - 65_536;

/**
 * Cuts a text between rows, without knowing how a row is read: after a line before which there were so many lines with their quotes in
 * pairs that no row can reach over the cut. Of JSON, a line is a row.
 */
export async function* piecesOf(chunks: AsyncIterable<string>, json: boolean): AsyncGenerator<Piece> {
  let headers: string | null = json ? '' : null;
  let lines: string[] = [];
  let characters = 0;
  let calm = LONGEST_QUOTED_ROW;
  let before = 0;
  let number = 0;
  const take = (): Piece => {
    const piece = { text: `${headers}${lines.join('\n')}\n`, line: before };
    lines = [];
    characters = 0;
    before = number;
    return piece;
  };
  for await (const line of linesOf(chunks)) {
    number += 1;
    if (headers === null) {
      if (line.trim() !== '') headers = `${line}\n`;
      before = number;
      continue;
    }
    lines.push(line);
    characters += line.length + 1;
    calm = hasOpenQuote(line) ? 0 : calm + 1;
    const full = lines.length >= LINES && (json || calm >= LONGEST_QUOTED_ROW);
    if (full || lines.length >= MOST_LINES || characters >= MOST_CHARACTERS) yield take();
  }
  if (headers !== null && lines.length > 0) yield take();
}

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop()!;
    yield* parts;
  }
  if (rest !== '') yield rest;
}

function hasOpenQuote(line: string): boolean {
  let quotes = 0;
  for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', at + 1)) quotes += 1;
  return quotes % 2 === 1;
}
