import { Fragment, type ReactNode, useMemo } from 'react';
import { type Block, type Inline, parseMarkdown } from './markdown';
import styles from './markdown.module.css';

/** An article's text as elements of React: nothing in it is ever read as HTML. Its headings stand below those of the screen. */
export function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return <div className={styles.text}>{keyed(blocks, (block) => <Piece block={block} />)}</div>;
}

const HEADINGS = { 1: 'h3', 2: 'h4', 3: 'h5' } as const;

function Piece({ block }: { block: Block }) {
  if (block.kind === 'heading') {
    const Heading = HEADINGS[block.level];
    return <Heading>{inline(block.content)}</Heading>;
  }
  if (block.kind === 'list') {
    const List = block.ordered ? 'ol' : 'ul';
    return <List>{keyed(block.items, (item) => <li>{inline(item)}</li>)}</List>;
  }
  return (
    <p>
      {block.lines.map((line, i) => (
        // oxlint-disable-next-line react/no-array-index-key
        <Fragment key={i}>
          {i > 0 && <br />}
          {inline(line)}
        </Fragment>
      ))}
    </p>
  );
}

function inline(pieces: readonly Inline[]) {
  return keyed(pieces, (piece) => {
    if (piece.kind === 'bold') return <strong>{piece.text}</strong>;
    if (piece.kind === 'code') return <code>{piece.text}</code>;
    if (piece.kind === 'link') {
      return (
        <a href={piece.to} target="_blank" rel="noreferrer noopener">
          {piece.text}
        </a>
      );
    }
    return piece.text;
  });
}

/** Places are the only names that pieces of a text have; a text that changes is another text. */
function keyed<T>(all: readonly T[], draw: (one: T) => ReactNode) {
  // oxlint-disable-next-line react/no-array-index-key
  return all.map((one, i) => <Fragment key={i}>{draw(one)}</Fragment>);
}
