import { type ClipboardEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Target } from '@/api/targets';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { GridCell } from './grid-cell';
import { messages } from './messages';
import { parseBlock } from './parse';
import { ScopeHead } from './scope-head';
import styles from './targets.module.css';
import { type Line, lineKey, openScopes, type Scope } from './tree';
import type { Folding } from './use-folding';
import { cellKey, type TargetEdits } from './use-target-edits';
import { useTargetWords } from './words';

interface Props {
  caption: string;
  scopes: readonly Scope[];
  months: readonly string[];
  /** The month it is: its column stands out. */
  current: string;
  targets: ReadonlyMap<string, Target>;
  folding: Folding;
  /** Null for those who only read. */
  edits: TargetEdits | null;
}

interface Place {
  row: number;
  column: number;
}

/** Targets by month. A grid in the sense of ARIA: one stop for Tab, arrow keys inside, and typing changes the cell that has the focus. */
export function PhasingGrid({ caption, scopes, months, current, targets, folding, edits }: Props) {
  const t = useMessages(messages);
  const format = useFormatter();
  const words = useTargetWords();
  const [focus, setFocus] = useState<Place>({ row: 0, column: Math.max(0, months.indexOf(current)) });
  const [editing, setEditing] = useState<string | null>(null);
  const table = useRef<HTMLTableElement>(null);
  useEffect(() => {
    if (table.current) showMonth(table.current, current);
  }, [current]);
  const open = openScopes(scopes, folding.closed);
  const lines: Line[] = open.flatMap((scope) => scope.indicators.map((indicator) => ({ indicator, channel: scope.channel, region: scope.region })));
  const rows = new Map(lines.map((line, row) => [lineKey(line), row]));
  const at = { row: Math.min(focus.row, Math.max(0, lines.length - 1)), column: focus.column };

  const go = (row: number, column: number) => {
    const next = { row: clamp(row, lines.length), column: clamp(column, months.length) };
    setFocus(next);
    table.current?.querySelector<HTMLElement>(`[data-place="${next.row}/${next.column}"]`)?.focus();
  };
  const moves: Record<string, [number, number]> = {
    ArrowUp: [at.row - 1, at.column],
    ArrowDown: [at.row + 1, at.column],
    ArrowLeft: [at.row, at.column - 1],
    ArrowRight: [at.row, at.column + 1],
    Home: [at.row, 0],
    End: [at.row, months.length - 1],
    PageUp: [0, at.column],
    PageDown: [lines.length - 1, at.column],
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (editing !== null || (event.target as HTMLElement).dataset.place === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = moves[event.key];
    if (move) go(...move);
    else if (!edits) return;
    else if (event.key === 'Enter' || event.key === 'F2') setEditing('');
    else if (event.key === 'Delete' || event.key === 'Backspace') save('');
    else if (/^[0-9.]$/.test(event.key)) setEditing(event.key);
    else return;
    event.preventDefault();
  };
  const keyAt = ({ row, column }: Place) => ({ ...lines[row]!, month: months[column]! });
  const save = (text: string) => void edits?.commit([{ ...keyAt(at), text }]);
  const onPaste = (event: ClipboardEvent) => {
    if (!edits || editing !== null) return;
    event.preventDefault();
    const typed = parseBlock(event.clipboardData.getData('text')).flatMap((cells, down) =>
      cells.flatMap((text, right) =>
        lines[at.row + down] && months[at.column + right] ? [{ ...keyAt({ row: at.row + down, column: at.column + right }), text }] : [],
      ),
    );
    if (typed.length > 0) void edits.commit(typed);
  };
  const end = (text: string | null, move: [number, number] | null) => {
    setEditing(null);
    if (text !== null) save(text);
    if (move) go(at.row + move[0], at.column + move[1]);
  };

  return (
    <div className={styles.gridWrap}>
      {/* A table of cells that can be changed is a grid. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role */}
      <table ref={table} role="grid" className={styles.grid} onKeyDown={onKeyDown} onPaste={onPaste} aria-readonly={!edits}>
        <caption className={styles.srOnly}>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t('scope')}</th>
            {months.map((month) => (
              <th
                key={month}
                data-month={month}
                scope="col"
                className={month === current ? styles.current : undefined}
                aria-current={month === current ? 'date' : undefined}
              >
                {format.month(month)}
              </th>
            ))}
          </tr>
        </thead>
        {open.map((scope) => (
          <tbody key={scope.key} style={{ '--depth': scope.depth } as React.CSSProperties}>
            <tr className={styles.scopeRow}>
              <th scope="rowgroup" colSpan={months.length + 1}>
                <ScopeHead scope={scope} folds={scopes.some(({ above }) => above.at(-1) === scope.key)} folding={folding} />
              </th>
            </tr>
            {scope.indicators.map((indicator) => {
              const line = { indicator, channel: scope.channel, region: scope.region };
              const here = rows.get(lineKey(line))!;
              return (
                <tr key={indicator}>
                  <th scope="row">{words.indicator(indicator)}</th>
                  {months.map((month, column) => {
                    const key = { ...line, month };
                    const focused = here === at.row && column === at.column;
                    return (
                      <GridCell
                        key={month}
                        label={t('cell.label', { line: words.line(line), month: format.at(month) })}
                        unit={words.unit(indicator)}
                        target={targets.get(cellKey(key))}
                        draft={edits?.drafts.get(cellKey(key))}
                        place={`${here}/${column}`}
                        focused={focused}
                        current={month === current}
                        editing={focused ? editing : null}
                        onFocus={() => setFocus({ row: here, column })}
                        onEdit={() => edits && setEditing('')}
                        onEnd={end}
                        onDrop={() => edits?.drop(key)}
                      />
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        ))}
      </table>
    </div>
  );
}

/** Where there is no room for twelve months, those up to the one it is are seen. */
function showMonth(table: HTMLTableElement, month: string): void {
  const wrap = table.parentElement!;
  const head = table.querySelector<HTMLElement>(`[data-month="${month}"]`);
  if (head) wrap.scrollLeft = head.offsetLeft + head.offsetWidth - wrap.clientWidth;
}

function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(length - 1, index));
}
