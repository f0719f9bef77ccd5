import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { ApiError } from '@/api/client';
import { setTargets, type Target, type TargetChange, type TargetEdit, type TargetKey } from '@/api/targets';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import type { NoticeText } from '@/kit/notice';
import { messages } from './messages';
import { parseTarget } from './parse';
import { lineKey } from './tree';
import { useTargetWords } from './words';

/** What was typed into a cell and is not a target yet. */
export interface Draft {
  text: string;
  state: 'saving' | 'refused';
  /** Why it was refused; the text stays. */
  why?: string;
}

export interface Typed extends TargetKey {
  text: string;
}

export interface TargetEdits {
  drafts: ReadonlyMap<string, Draft>;
  commit: (typed: readonly Typed[]) => Promise<void>;
  /** Forgets what was typed. */
  drop: (key: TargetKey) => void;
}

export function cellKey(key: TargetKey): string {
  return `${lineKey(key)} ${key.month}`;
}

const CONFLICT = 412;

/**
 * Saves cells as they are typed, not before the server has said yes, and only over what the reader has seen: what somebody else changed
 * meanwhile is shown, and the next Enter overwrites it.
 */
export function useTargetEdits(targets: ReadonlyMap<string, Target>, notify: (notice: NoticeText | null) => void): TargetEdits {
  const t = useMessages(messages);
  const format = useFormatter();
  const words = useTargetWords();
  const queries = useQueryClient();
  const [drafts, setDrafts] = useState<ReadonlyMap<string, Draft>>(new Map());
  const put = useCallback((keys: readonly TargetKey[], draft: (i: number) => Draft | null) => {
    setDrafts((now) => {
      const next = new Map(now);
      keys.forEach((key, i) => {
        const one = draft(i);
        if (one) next.set(cellKey(key), one);
        else next.delete(cellKey(key));
      });
      return next;
    });
  }, []);

  const said = (changes: readonly TargetChange[]) => {
    const [change] = changes;
    if (!change) return t('saved.none');
    if (changes.length > 1) return t('saved.many', { n: changes.length });
    const { indicator, month, before, after } = change;
    const values = { before: words.value(indicator, before), after: words.value(indicator, after) };
    return t('saved', { line: words.line(change), month: format.at(month), ...values });
  };
  const refresh = async () => {
    await Promise.all([queries.invalidateQueries({ queryKey: ['targets'] }), queries.invalidateQueries({ queryKey: ['attainment'] })]);
  };
  const undo = (changes: readonly TargetChange[]) => {
    const back = changes.map(({ id, before, ...key }) => ({ ...keyOf(key), value: before, revision: id }));
    setTargets(back).then(refresh, (fault: Error) => notify({ text: fault.message }));
  };

  const commit = async (typed: readonly Typed[]) => {
    const values = typed.map(({ text, indicator }) => parseTarget(text, words.unit(indicator)));
    const wrong = typed.filter((_, i) => values[i] === undefined);
    put(wrong, (i) => ({ text: wrong[i]!.text, state: 'refused', why: t('cell.wrong', { text: wrong[i]!.text }) }));
    if (wrong.length > 0) return;
    const edits = typed.map((key, i): TargetEdit => ({
      ...keyOf(key),
      value: values[i] ?? null,
      revision: targets.get(cellKey(key))?.revision ?? 0,
    }));
    put(typed, (i) => ({ text: typed[i]!.text, state: 'saving' }));
    try {
      const changes = await setTargets(edits);
      await refresh();
      put(typed, () => null);
      notify({ text: said(changes), undo: changes.length > 0 ? () => undo(changes) : undefined });
    } catch (fault) {
      const stale = fault instanceof ApiError && fault.status === CONFLICT;
      if (stale) await refresh();
      put(typed, (i) => ({ text: typed[i]!.text, state: 'refused', why: stale ? conflict(typed[i]!) : (fault as Error).message }));
    }
  };

  const conflict = (key: TargetKey) => {
    const now = queries.getQueryData<Target[]>(['targets', key.month.slice(0, 4)])?.find((target) => cellKey(target) === cellKey(key));
    return now ? t('cell.conflict', { value: words.value(key.indicator, now.value) }) : t('cell.conflict.gone');
  };

  return { drafts, commit, drop: (key) => put([key], () => null) };
}

function keyOf({ indicator, channel, region, month }: TargetKey): TargetKey {
  return { indicator, channel, region, month };
}
