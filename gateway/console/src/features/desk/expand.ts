/** What is being typed to be replaced: `::word` by a phrase, `??words` by an article. */
export interface Trigger {
  kind: 'phrase' | 'article';
  /** What was typed after the marks. */
  query: string;
  /** Where the marks begin. */
  from: number;
  /** Where what was typed ends: the caret. */
  to: number;
}

/** Longest question for an article. */
const LONGEST = 60;
/** Marks of both keyboards; an article's at the beginning of a line or after a blank, for two question marks may end a sentence. */
const PHRASE = /(?:::|：：)([^\s:：]{0,20})$/;
const ARTICLE = new RegExp(`(?:^|\\s)((?:\\?\\?|？？)([^\\n?？]{0,${LONGEST}}))$`);

/** What stands directly before the caret. */
export function triggerAt(text: string, caret: number): Trigger | null {
  const before = text.slice(0, caret);
  const phrase = PHRASE.exec(before);
  if (phrase) return { kind: 'phrase', query: phrase[1]!.toLowerCase(), from: phrase.index, to: caret };
  const article = ARTICLE.exec(before);
  if (!article) return null;
  return { kind: 'article', query: article[2]!.trim(), from: caret - article[1]!.length, to: caret };
}

export interface Typed {
  text: string;
  caret: number;
}

/** The text with something in the trigger's place, and where the caret is then. */
export function replaced(text: string, { from, to }: Pick<Trigger, 'from' | 'to'>, by: string): Typed {
  return { text: text.slice(0, from) + by + text.slice(to), caret: from + by.length };
}

/** What a reader sees of an article's Markdown, line by line, to be sent as a message. */
export function plain(markdown: string): string {
  return markdown
    .replace(/!\[([^\]]*)\]\([^)\s]*\)/g, '$1')
    .replace(/\[([^\]]*)\]\(([^)\s]*)\)/g, (_, text: string, to: string) => (/^https?:/.test(to) && to !== text ? `${text} ${to}` : text))
    .replace(/^[ \t]*#+[ \t]*/gm, '')
    .replace(/^[ \t]*>[ \t]?/gm, '')
    .replace(/^([ \t]*)[*+](?=[ \t])/gm, '$1-')
    .replace(/^[ \t]*\|?[ \t:|-]*-{3,}[ \t:|-]*$/gm, '')
    .replace(/(\*\*|__|`)/g, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
