import { useQuery } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import { useNames } from '@/api/catalogue';
import { catalogueOnQuery, type CatalogueVersion, catalogueVersionsQuery, type Entry, KINDS, type Kind } from '@/api/catalogue-edits';
import { useOperator, useToday } from '@/api/operator';
import { useMay } from '@/api/session';
import { useUrlParam } from '@/filters/filters';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import type { Column } from '@/kit/data-table';
import { Dialog } from '@/kit/dialog';
import { actionsCell, codeCell } from './cells';
import styles from './data.module.css';
import { EntryDialog, RetireForm } from './entry-dialog';
import { ListPanel } from './list-panel';
import { messages } from './messages';
import type { PartProps } from './screen';
import { useSheets } from './sheet';

/** Channels, services, regions, brands and reasons as valid on a day, and the versions that edits made. */
export function CataloguePart({ notify }: PartProps) {
  const t = useMessages(messages);
  const today = useToday();
  const [kindText, setKind] = useUrlParam('k', 'channels');
  const kind = KINDS.find((one) => one === kindText) ?? 'channels';
  const [on, setOn] = useUrlParam('on', '');
  const may = useMay('manager', 'admin');
  const query = useQuery(catalogueOnQuery(on));
  const [edited, setEdited] = useState<string | null>(null);
  const [retired, setRetired] = useState<string | null>(null);
  const columns = useEntryColumns(kind);
  if (may) {
    columns.push({
      key: 'actions',
      title: t('actions'),
      value: () => null,
      cell: actionsCell([
        { text: t('entry.edit'), label: ({ code }) => t('entry.edit.label', { code }), act: ({ code }) => setEdited(code) },
        { text: t('entry.retire'), label: ({ code }) => t('entry.retire.label', { code }), act: ({ code }) => setRetired(code) },
      ]),
    });
  }
  const done = (text: string) => notify({ text });
  return (
    <>
      <ListPanel
        title={t(`kind.${kind}`)}
        query={query}
        rowsOf={(catalogue) => catalogue[kind] as Entry[]}
        columns={columns}
        rowKey={({ code }) => code}
        about={[[t('entry.on'), on || today]]}
        lead={
          <div className={styles.bar}>
            <div className={styles.scroll}>
              <Segmented
                aria-label={t('part.catalogue')}
                value={kind}
                options={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
                onChange={(value) => setKind(value)}
              />
            </div>
            <label>
              {t('entry.on')}
              <input type="date" value={on || today} onChange={({ target }) => setOn(target.value === today ? '' : target.value)} />
            </label>
          </div>
        }
        empty={<p>{t('entry.none')}</p>}
        actions={
          may && (
            <Button size="small" onClick={() => setEdited('')}>
              {t('entry.add')}
            </Button>
          )
        }
        height={420}
      />
      <Versions />
      <EntryDialog kind={kind} code={edited} onClose={() => setEdited(null)} onDone={done} />
      <Dialog title={t('entry.retire.title', { code: retired ?? '' })} open={retired !== null} onClose={() => setRetired(null)}>
        {retired !== null && <RetireForm kind={kind} code={retired} onClose={() => setRetired(null)} onDone={done} />}
      </Dialog>
    </>
  );
}

function useEntryColumns(kind: Kind): Column<Entry>[] {
  const t = useMessages(messages);
  const format = useFormatter();
  const name = useNames();
  const yes = (value: boolean | undefined) => (value ? t('yes') : t('no'));
  const text = (key: string, title: string, value: (entry: Entry) => string): Column<Entry> => ({ key, title, cell: value, value });
  const columns: Column<Entry>[] = [
    { key: 'code', title: t('entry.code'), cell: codeCell(({ code }) => code), value: ({ code }) => code },
    text('zh', t('name.zh'), ({ names }) => names['zh-CN']),
    text('en', t('name.en'), ({ names }) => names.en),
  ];
  if (kind === 'channels') {
    columns.push(
      text('electronic', t('entry.electronic'), ({ electronic }) => yes(electronic)),
      text('assisted', t('entry.assisted'), ({ assisted }) => yes(assisted)),
      {
        key: 'cost',
        title: t('entry.cost'),
        number: true,
        cell: ({ unitCost }) => format.amount(unitCost ?? 0),
        value: ({ unitCost }) => unitCost ?? null,
      },
      { key: 'position', title: t('entry.position'), number: true, cell: ({ position }) => position, value: ({ position }) => position ?? null },
    );
  }
  if (kind === 'services') {
    columns.push(
      text('group', t('entry.group'), ({ group }) => group ?? ''),
      text('value', t('entry.value'), ({ value }) => (value ? t(`level.${value as 'low'}`) : '')),
      text('risk', t('entry.risk'), ({ risk }) => (risk ? t(`level.${risk as 'low'}`) : '')),
      text('standard', t('entry.standard'), ({ standard }) => yes(standard)),
      text('offloadable', t('entry.offloadable'), ({ offloadable }) => yes(offloadable)),
    );
  }
  if (kind === 'regions') columns.push(text('parent', t('entry.parent'), ({ parent }) => (parent ? name('region', parent) : t('entry.root'))));
  return columns;
}

/** The edits that made the catalogue what it is, newest first. */
function Versions() {
  const t = useMessages(messages);
  const sheets = useSheets();
  const operator = useOperator();
  const query = useQuery({ ...catalogueVersionsQuery, enabled: operator !== undefined });
  const what = ({ kind, code, retired }: CatalogueVersion) => t(retired ? 'version.retired' : 'version.changed', { what: `${kind}/${code}` });
  const columns: Column<CatalogueVersion>[] = [
    { key: 'number', title: t('version.number'), cell: ({ number }) => number, value: ({ number }) => number },
    { key: 'from', title: t('definition.from'), cell: ({ validFrom }) => sheets.day(validFrom), value: ({ validFrom }) => validFrom },
    { key: 'what', title: t('version.what'), wrap: true, cell: what, value: what },
    { key: 'at', title: t('version.at'), cell: ({ changedAt }) => sheets.instant(changedAt), value: ({ changedAt }) => sheets.instant(changedAt) },
    { key: 'by', title: t('version.by'), cell: ({ changedBy }) => changedBy, value: ({ changedBy }) => changedBy },
    {
      key: 'force',
      title: t('version.force'),
      cell: ({ inForce }) => (inForce ? t('yes') : t('version.replaced')),
      value: ({ inForce }) => (inForce ? t('yes') : t('version.replaced')),
    },
  ];
  return (
    <ListPanel
      title={t('versions')}
      query={query}
      rowsOf={(versions) => versions}
      columns={columns}
      rowKey={({ number }) => String(number)}
      lead={<p className={styles.note}>{t('versions.note')}</p>}
      empty={<p>{t('versions.first')}</p>}
    />
  );
}
