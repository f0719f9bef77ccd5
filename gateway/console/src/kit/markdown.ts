/** A piece of a line. */
export type Inline = { kind: 'text' | 'bold' | 'code'; text: string } | { kind: 'link'; text: string; to: string };

export type Block =
  | { kind: 'heading'; level: 1 | 2 | 3; content: Inline[] }
  | { kind: 'list'; ordered: boolean; items: Inline[][] }
  | { kind: 'paragraph'; lines: Inline[][] };

const HEADING = /^(#{1,6})\s+(\S.*)$/;
const ITEM = /^\s*(?:[-*+]|(\d{1,3})[.)])\s+(.*)$/;
const PIECE = /\*\*(?<bold>[^*]+)\*\*|`(?<code>[^`]+)`|\[(?<text>[^[\]]+)\]\((?<to>[^()\s]+)\)/g;

/**
 * The Markdown that articles are written in: headings, lists, bold, code, links, paragraphs. Whatever else there is stays text, so that
 * nothing in it can become an element that is not one of these.
 */
export function parseMarkdown(text: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | null = null;
  for (const line of text.replaceAll('\r\n', '\n').split('\n')) {
    const heading = HEADING.exec(line);
    const item = ITEM.exec(line);
    if (line.trim() === '') {
      open = null;
    } else if (heading) {
      open = null;
      blocks.push({ kind: 'heading', level: Math.min(3, heading[1]!.length) as 1 | 2 | 3, content: parseInline(heading[2]!) });
    } else if (item) {
      const ordered = item[1] !== undefined;
      if (open?.kind !== 'list' || open.ordered !== ordered) blocks.push((open = { kind: 'list', ordered, items: [] }));
      open.items.push(parseInline(item[2]!));
    } else if (open?.kind === 'paragraph') {
      open.lines.push(parseInline(line.trim()));
    } else {
      blocks.push((open = { kind: 'paragraph', lines: [parseInline(line.trim())] }));
    }
  }
  return blocks;
}

export function parseInline(text: string): Inline[] {
  const pieces: Inline[] = [];
  let from = 0;
  for (const found of text.matchAll(PIECE)) {
    const { bold, code, text: label, to } = found.groups!;
    if (found.index > from) pieces.push({ kind: 'text', text: text.slice(from, found.index) });
    if (bold !== undefined) pieces.push({ kind: 'bold', text: bold });
    else if (code !== undefined) pieces.push({ kind: 'code', text: code });
    else if (isSafe(to!)) pieces.push({ kind: 'link', text: label!, to: to! });
    else pieces.push({ kind: 'text', text: found[0] });
    from = found.index + found[0].length;
  }
  if (from < text.length) pieces.push({ kind: 'text', text: text.slice(from) });
  return pieces;
}

/** Web addresses alone: no script, no data, nothing of this site that a press would do. */
function isSafe(address: string): boolean {
  return /^https?:\/\//i.test(address) && URL.canParse(address);
}
