import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { type Definition, definitionsQuery } from '@/api/indicators';
import { useMay } from '@/api/session';
import { useUrlParam } from '@/filters/filters';
import { useFormatter } from '@/format/use-formatter';
import { useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import { type Column, DataTable } from '@/kit/data-table';
import { formulaOf } from '@/kit/definition-button';
import { Dialog } from '@/kit/dialog';
import { Panel } from '@/kit/panel';
import { codeCell, linkCell } from './cells';
import styles from './data.module.css';
import { DefinitionForm } from './definition-form';
import { ListPanel } from './list-panel';
import { messages } from './messages';
import type { PartProps } from './screen';
import { useSheets } from './sheet';

/** Every indicator with its 口径 in both languages, and the versions that it had. */
export function Definitions({ notify }: PartProps) {
  const t = useMessages(messages);
  const language = useLanguage();
  const words = useDefinitionWords();
  const query = useQuery(definitionsQuery);
  const [search] = useSearchParams();
  const [chosen] = useUrlParam('i', '');
  const href = (id: string) => `?${new URLSearchParams([...[...search].filter(([key]) => key !== 'i'), ['i', id]])}`;
  const columns: Column<Definition>[] = [
    {
      key: 'name',
      title: t('definition.name'),
      cell: linkCell(
        ({ id }) => href(id),
        ({ names }) => nameIn(names, language),
      ),
      value: ({ names }) => nameIn(names, language),
    },
    {
      key: 'statement',
      title: t('definition.statement'),
      wrap: true,
      cell: ({ statement }) => nameIn(statement, language),
      value: ({ statement }) => nameIn(statement, language),
    },
    { key: 'formula', title: t('definition.formula'), wrap: true, cell: codeCell(formulaOf), value: formulaOf },
    { key: 'unit', title: t('definition.unit'), cell: (one) => words.unit(one), value: words.unit },
    { key: 'minimum', title: t('definition.minimum'), number: true, cell: ({ minimumN }) => minimumN, value: ({ minimumN }) => minimumN },
    { key: 'version', title: t('definition.version'), number: true, cell: ({ version }) => version, value: ({ version }) => version },
    { key: 'from', title: t('definition.from'), cell: ({ validFrom }) => validFrom, value: ({ validFrom }) => validFrom },
  ];
  const text = (key: string, title: string, value: (one: Definition) => string | null): Column<Definition> => ({ key, title, cell: value, value });
  const files = [
    text('id', t('definition.id'), ({ id }) => id),
    text('zh', t('name.zh'), ({ names }) => names['zh-CN']),
    text('en', t('name.en'), ({ names }) => names.en),
    text('statementZh', t('statement.zh'), ({ statement }) => statement['zh-CN']),
    text('statementEn', t('statement.en'), ({ statement }) => statement.en),
    text('numerator', t('definition.numerator'), ({ numerator }) => numerator),
    text('denominator', t('definition.denominator'), ({ denominator }) => denominator),
    text('exclusions', t('definition.exclusions'), ({ exclusions }) => exclusions),
    text('direction', t('definition.direction'), words.direction),
    ...columns.slice(3),
  ];
  const versions = (query.data ?? []).filter(({ id }) => id === chosen);
  return (
    <>
      {versions.length > 0 && <OneDefinition key={chosen} versions={versions} onDone={(text) => notify({ text })} />}
      <ListPanel
        title={t('part.indicators')}
        query={query}
        rowsOf={newest}
        columns={columns}
        files={files}
        rowKey={({ id }) => id}
        lead={<p className={styles.note}>{t('definitions.note')}</p>}
        empty={<p>{t('definitions.first')}</p>}
        height={480}
      />
    </>
  );
}

/** The last version of each, in the order of the catalogue. */
function newest(definitions: readonly Definition[]): Definition[] {
  return [...new Map(definitions.map((definition) => [definition.id, definition])).values()];
}

function useDefinitionWords() {
  const t = useMessages(messages);
  const units: Record<string, string> = {
    rate: t('unit.rate'),
    count: t('unit.count'),
    customers: t('unit.customers'),
    fen: t('unit.fen'),
    ms: t('unit.ms'),
  };
  return {
    unit: ({ unit }: Definition) => units[unit] ?? unit,
    direction: ({ direction }: Definition) => t(`direction.${direction}`),
  };
}

function OneDefinition({ versions, onDone }: { versions: readonly Definition[]; onDone: (text: string) => void }) {
  const t = useMessages(messages);
  const format = useFormatter();
  const language = useLanguage();
  const words = useDefinitionWords();
  const sheets = useSheets();
  const may = useMay('manager', 'admin');
  const [adding, setAdding] = useState(false);
  const top = useRef<HTMLDivElement>(null);
  // What was pressed may be far down the list.
  useEffect(() => top.current?.scrollIntoView({ block: 'start' }), []);
  const last = versions.at(-1)!;
  const dimensions = last.dimensions.map((dimension) => t(`dimension.${dimension}`)).join(t('list'));
  const terms: [string, string | null][] = [
    [t('definition.id'), last.id],
    [t('definition.formula'), formulaOf(last)],
    [t('definition.numerator'), last.numerator],
    [t('definition.denominator'), last.denominator],
    [t('definition.exclusions'), last.exclusions],
    [t('definition.unit'), words.unit(last)],
    [t('definition.direction'), words.direction(last)],
    [t('definition.minimum'), format.integer(last.minimumN)],
    [t('definition.dimensions'), dimensions],
    [t('definition.grains'), last.grains.map((grain) => t(`grain.${grain as 'total'}`)).join(t('list'))],
  ];
  const columns: Column<Definition>[] = [
    { key: 'version', title: t('definition.version'), cell: ({ version }) => version, value: ({ version }) => version },
    { key: 'from', title: t('definition.from'), cell: ({ validFrom }) => sheets.day(validFrom), value: ({ validFrom }) => validFrom },
    {
      key: 'to',
      title: t('definition.to'),
      cell: ({ validTo }) => (validTo ? sheets.day(validTo) : t('definition.current')),
      value: ({ validTo }) => validTo,
    },
    { key: 'formula', title: t('definition.formula'), wrap: true, cell: codeCell(formulaOf), value: formulaOf },
    { key: 'minimum', title: t('definition.minimum'), number: true, cell: ({ minimumN }) => minimumN, value: ({ minimumN }) => minimumN },
    {
      key: 'statement',
      title: t('definition.statement'),
      wrap: true,
      cell: ({ statement }) => nameIn(statement, language),
      value: ({ statement }) => nameIn(statement, language),
    },
  ];
  return (
    <div ref={top}>
      <Panel
        title={nameIn(last.names, language)}
        query={{ data: versions, error: null, isPending: false, refetch: NOTHING }}
        height={240}
        actions={
          may && (
            <Button size="small" onClick={() => setAdding(true)}>
              {t('definition.add')}
            </Button>
          )
        }
      >
        {() => (
          <>
            <div className={styles.statements}>
              <section lang="zh-CN">
                <h3>{last.names['zh-CN']}</h3>
                <p>{last.statement['zh-CN']}</p>
              </section>
              <section lang="en">
                <h3>{last.names.en}</h3>
                <p>{last.statement.en}</p>
              </section>
            </div>
            <dl className={styles.terms}>{terms.map(([label, text]) => text && <Term key={label} label={label} text={text} />)}</dl>
            <DataTable caption={t('definition.versions')} columns={columns} rows={versions.toReversed()} rowKey={({ version }) => String(version)} />
            <Dialog
              title={t('definition.add.title', { name: nameIn(last.names, language) })}
              open={adding}
              onClose={() => setAdding(false)}
              width={760}
            >
              <DefinitionForm last={last} onClose={() => setAdding(false)} onDone={() => onDone(t('definition.done', { n: last.version + 1 }))} />
            </Dialog>
          </>
        )}
      </Panel>
    </div>
  );
}

const NOTHING = (() => Promise.resolve()) as never;

function Term({ label, text }: { label: string; text: string }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{text}</dd>
    </>
  );
}
