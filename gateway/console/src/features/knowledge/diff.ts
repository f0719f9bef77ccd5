/** A line of one text, of the other, or of both. */
export interface DiffLine {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

/** More lines than that in the middle are told as all removed and all added: a table of them would take too long. */
const MOST = 2_000;

/** What turns one text into another, line by line: the longest common lines stay. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const same = (lines: string[]): DiffLine[] => lines.map((text) => ({ kind: 'same', text }));
  return [
    ...same(old.slice(0, head)),
    ...middle(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...same(old.slice(old.length - tail)),
  ];
}

function middle(old: string[], now: string[]): DiffLine[] {
  if (old.length > MOST || now.length > MOST) {
    return [...old.map((text): DiffLine => ({ kind: 'removed', text })), ...now.map((text): DiffLine => ({ kind: 'added', text }))];
  }
  const longest = table(old, now);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ kind: 'same', text: old[i]! });
      i++;
      j++;
    } else if (j >= now.length || (i < old.length && longest[i + 1]![j]! >= longest[i]![j + 1]!)) {
      lines.push({ kind: 'removed', text: old[i++]! });
    } else {
      lines.push({ kind: 'added', text: now[j++]! });
    }
  }
  return lines;
}

/** How many lines the ends of both texts have in common, from each line on. */
function table(old: string[], now: string[]): Uint16Array[] {
  const rows = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) rows[i]![j] = old[i] === now[j] ? rows[i + 1]![j + 1]! + 1 : Math.max(rows[i + 1]![j]!, rows[i]![j + 1]!);
  }
  return rows;
}

/** A text without any line is no line, and not one that is empty. */
function linesOf(text: string): string[] {
  return text === '' ? [] : text.replaceAll('\r\n', '\n').split('\n');
}
