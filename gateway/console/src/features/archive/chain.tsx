import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { type ChainAnswer, chainQuery } from '@/api/archive';
import { Panel } from '@/kit/panel';
import { Facts, Note, Tag } from '@/kit/record';
import styles from './archive.module.css';
import { useArchiveWords } from './words';

/** Whether the chain is as it was written: for who may ask, and only when asked. */
export function ChainPanel() {
  const { t, time } = useArchiveWords();
  const { data, error, isFetching, refetch, dataUpdatedAt } = useQuery(chainQuery);
  // Null: nobody has asked. A panel whose question waits for a press is not loading.
  const found = data ?? (error ? undefined : null);
  return (
    <Panel
      title={t('chain')}
      query={{ data: found, error, isPending: false, refetch: refetch as never }}
      height={130}
      actions={
        <Button size="small" onClick={() => void refetch({ cancelRefetch: false })}>
          {t(data ? 'chain.again' : 'chain.verify')}
        </Button>
      }
    >
      {(answer) => (
        <div className={styles.stack}>
          <Note>{t('chain.about')}</Note>
          <div className={styles.stack} role="status">
            {isFetching ? <Note>{t('chain.running')}</Note> : answer ? <Found answer={answer} at={time(new Date(dataUpdatedAt).toISOString())} /> : <NotAsked />}
          </div>
        </div>
      )}
    </Panel>
  );
}

function NotAsked() {
  const { t } = useArchiveWords();
  return (
    <div className={styles.chain} data-chain="not-asked">
      <Tag tone="quiet" sign="?">
        {t('chain.not')}
      </Tag>
      <span>{t('chain.not.hint')}</span>
    </div>
  );
}

function Found({ answer, at }: { answer: ChainAnswer; at: string }) {
  const { t, format } = useArchiveWords();
  const { finding, rows, publishedHeads, damagedLines, hash } = answer;
  return (
    <>
      {answer.intact ? (
        <div className={styles.chain} data-chain="intact">
          <Tag tone="good" sign="✓">
            {t('chain.intact')}
          </Tag>
          <span>{t('chain.intact.hint', { n: rows })}</span>
        </div>
      ) : (
        <div className={styles.chain} data-chain="broken">
          <Tag tone="bad" sign="✕">
            {t('chain.broken')}
          </Tag>
          {finding && <strong>{t(`finding.${finding.kind}`, { number: format.integer(finding.number), from: format.integer(finding.from) })}</strong>}
          <span>{t('chain.until', { n: rows })}</span>
        </div>
      )}
      <Facts
        facts={[
          [t('chain.at'), at],
          [t('chain.heads'), format.integer(publishedHeads)],
          [t('chain.damaged'), damagedLines > 0 ? format.integer(damagedLines) : null],
          [t('chain.hash'), <code key="hash">{hash}</code>],
        ]}
      />
    </>
  );
}
