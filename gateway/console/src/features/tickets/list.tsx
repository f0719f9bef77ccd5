import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo } from 'react';
import { Link, useLocation } from 'react-router';
import { useMay, useSession } from '@/api/session';
import { SEVERITIES, SLA_STATES, STATUSES, type Ticket, ticketsQuery, TYPES } from '@/api/tickets';
import { useUrlParam } from '@/filters/filters';
import { type Column, DataTable } from '@/kit/data-table';
import { ExportMenu } from '@/kit/export-menu';
import { fileName, saveCsv, saveXlsx } from '@/kit/files';
import { More } from '@/kit/more';
import { Panel } from '@/kit/panel';
import { Bar, Choice, Note, Tag, Word } from '@/kit/record';
import { useNow } from '@/kit/use-now';
import { useTicketFilter } from './filter';
import { SeverityTag, StatusTag } from './tags';
import styles from './tickets.module.css';
import { useTicketWords } from './words';

/** Tickets, the nearest due first. */
export function TicketList() {
  const words = useTicketWords();
  const { t } = words;
  const { filter, clear, narrowed } = useTicketFilter();
  const [, open] = useUrlParam('new', '');
  const mayOpen = useMay('agent', 'supervisor', 'admin');
  const query = useInfiniteQuery(ticketsQuery(filter));
  const rows = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  const columns = useColumns();
  const read = words.time(new Date(query.dataUpdatedAt).toISOString());
  const sheet = { name: fileName(t('list'), read), columns: useFileColumns(), rows, about: [[t('about.asOf'), read]] as const };
  return (
    <Panel
      title={t('list')}
      query={query}
      height={300}
      actions={
        <>
          {mayOpen && (
            <Button type="primary" size="small" onClick={() => open('1')}>
              {t('open')}
            </Button>
          )}
          {rows.length > 0 && <ExportMenu name={sheet.name} csv={() => saveCsv(sheet)} xlsx={() => void saveXlsx(sheet)} />}
        </>
      }
    >
      {() => (
        <>
          <Filters />
          {rows.length > 0 ? (
            <DataTable caption={t('list')} columns={columns} rows={rows} rowKey={({ id }) => id} />
          ) : (
            <div className={styles.none}>
              <p>{narrowed ? t('none.filtered') : t('none')}</p>
              {narrowed && <Button onClick={clear}>{t('clear')}</Button>}
            </div>
          )}
          <More query={query} />
        </>
      )}
    </Panel>
  );
}

function Filters() {
  const { t } = useTicketWords();
  const { filter, change, clear, narrowed } = useTicketFilter();
  const me = useSession()?.user ?? '';
  const any = { value: '', label: t('any') };
  return (
    <>
      <Bar>
        <Choice
          label={t('status')}
          value={filter.status ?? ''}
          options={[any, ...STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))]}
          onChange={(status) => change({ status })}
        />
        <Choice
          label={t('type')}
          value={filter.type ?? ''}
          options={[any, ...TYPES.map((value) => ({ value, label: t(`type.${value}`) }))]}
          onChange={(type) => change({ type })}
        />
        <Choice
          label={t('severity')}
          value={filter.severity ?? ''}
          options={[any, ...SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }))]}
          onChange={(severity) => change({ severity })}
        />
        <Choice
          label={t('sla')}
          value={filter.sla ?? ''}
          options={[any, ...SLA_STATES.map((value) => ({ value, label: t(`state.${value}`) }))]}
          onChange={(sla) => change({ sla })}
        />
        <Word label={t('owner')} value={filter.owner ?? ''} onChange={(owner) => change({ owner })} />
        <Word label={t('team')} value={filter.team ?? ''} onChange={(team) => change({ team })} />
        <Button size="small" aria-pressed={filter.owner === me} onClick={() => change({ owner: filter.owner === me ? '' : me })}>
          {t('mine')}
        </Button>
        {narrowed && (
          <Button size="small" onClick={clear}>
            {t('clear')}
          </Button>
        )}
      </Bar>
      {filter.customer && <Note>{t('ofCustomer', { customer: filter.customer })}</Note>}
    </>
  );
}

function useColumns(): Column<Ticket>[] {
  const words = useTicketWords();
  const { t } = words;
  const { search } = useLocation();
  const now = useNow();
  const to = (id: string) => `?${new URLSearchParams([...new URLSearchParams(search), ['id', id]])}`;
  const promise = (state: Ticket['sla'], due: string | null, done: string | null) => {
    const { tone, sign, text } = words.sla(state, due, done, now);
    return (
      <Tag tone={tone} sign={sign}>
        {text}
      </Tag>
    );
  };
  return [
    { key: 'ticket', title: t('ticket'), wrap: true, cell: (one) => <Link to={to(one.id)}>{words.kind(one)}</Link>, value: words.kind },
    { key: 'severity', title: t('severity'), cell: ({ severity }) => <SeverityTag severity={severity} />, value: ({ severity }) => SEVERITIES.indexOf(severity) },
    { key: 'status', title: t('status'), cell: ({ status }) => <StatusTag status={status} />, value: ({ status }) => STATUSES.indexOf(status) },
    {
      key: 'firstResponse',
      title: t('firstResponse'),
      cell: (one) => promise(one.firstResponse, one.firstResponseDue, one.firstResponseAt),
      value: ({ firstResponseDue }) => firstResponseDue,
    },
    { key: 'sla', title: t('resolution'), cell: (one) => promise(one.sla, one.resolutionDue, one.resolvedAt), value: ({ resolutionDue }) => resolutionDue },
    { key: 'owner', title: t('owner'), cell: ({ owner, team }) => owner ?? team ?? t('nobody'), value: ({ owner }) => owner },
    { key: 'opened', title: t('opened'), cell: ({ openedAt }) => words.time(openedAt), value: ({ openedAt }) => openedAt },
  ];
}

/** What a file holds: everything that the list knows, in words. */
function useFileColumns(): Column<Ticket>[] {
  const words = useTicketWords();
  const { t, time, name } = words;
  const now = useNow();
  const column = (key: string, title: string, value: (one: Ticket) => string | number | null): Column<Ticket> => ({ key, title, cell: value, value });
  const at = (instant: string | null) => (instant ? time(instant) : null);
  return [
    column('id', t('id'), ({ id }) => id),
    column('type', t('type'), ({ type }) => t(`type.${type}`)),
    column('severity', t('severity'), ({ severity }) => t(`severity.${severity}`)),
    column('priority', t('field.priority'), ({ priority }) => priority),
    column('status', t('status'), words.status),
    column('firstResponse', t('firstResponse'), (one) => words.sla(one.firstResponse, one.firstResponseDue, one.firstResponseAt, now).text),
    column('firstResponseDue', t('firstResponse.due'), ({ firstResponseDue }) => at(firstResponseDue)),
    column('sla', t('resolution'), (one) => words.sla(one.sla, one.resolutionDue, one.resolvedAt, now).text),
    column('resolutionDue', t('resolution.due'), ({ resolutionDue }) => at(resolutionDue)),
    column('owner', t('owner'), ({ owner }) => owner),
    column('team', t('team'), ({ team }) => team),
    column('service', t('field.service'), ({ service }) => service && name('service', service)),
    column('channel', t('field.channel'), ({ channel }) => channel && name('channel', channel)),
    column('faultClass', t('field.faultClass'), ({ faultClass }) => faultClass && words.fault(faultClass)),
    column('product', t('field.product'), ({ product }) => product),
    column('customer', t('customer'), ({ customer }) => customer),
    column('reopened', t('reopened'), ({ reopened }) => reopened),
    column('openedAt', t('opened'), ({ openedAt }) => time(openedAt)),
    column('resolvedAt', t('resolvedAt'), ({ resolvedAt }) => at(resolvedAt)),
  ];
}
