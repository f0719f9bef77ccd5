import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { measuresQuery } from '@/api/archive';
import { useMay, useSession } from '@/api/session';
import { Dialog } from '@/kit/dialog';
import { Panel } from '@/kit/panel';
import { Facts, Lines, Note, Tag } from '@/kit/record';
import styles from './archive.module.css';
import { type Judged, standing, type TakenMeasure, withVerdicts } from './figures';
import { JudgeForm } from './judge-form';
import { MeasureForm } from './measure-form';
import { useArchiveWords, VERDICT_LOOKS } from './words';

interface Props {
  product: string;
  notify: (text: string) => void;
}

/** What was done about the product, by whom, and what was judged of it. */
export function MeasuresPanel({ product, notify }: Props) {
  const { t, verdict } = useArchiveWords();
  const query = useQuery(measuresQuery(product));
  const [taking, take] = useState(false);
  const [judging, judge] = useState<TakenMeasure | null>(null);
  const everywhere = useSession()?.regions.includes('*') ?? false;
  const leads = useMay('supervisor', 'manager', 'admin');
  const judges = useMay('manager', 'admin') && everywhere;
  const mayTake = leads && everywhere;
  return (
    <Panel
      title={t('measures')}
      query={query}
      height={90}
      actions={
        mayTake &&
        product !== '' && (
          <Button type="primary" size="small" onClick={() => take(true)}>
            {t('measure.take')}
          </Button>
        )
      }
    >
      {(data) => (
        <div className={styles.stack}>
          {leads && !everywhere && <Note>{t('measures.regions')}</Note>}
          {data.measures.length === 0 && <Note>{t(mayTake ? 'measures.none' : 'measures.none.read')}</Note>}
          <ol className={styles.measures}>
            {withVerdicts(data).map((measure) => (
              <MeasureCard key={measure.entry.subject} measure={measure} onJudge={judges ? () => judge(measure) : undefined} />
            ))}
          </ol>
          <Dialog title={t('measure.take')} open={taking} onClose={() => take(false)} width={600}>
            <MeasureForm
              product={product}
              onClose={() => take(false)}
              onDone={() => {
                take(false);
                notify(t('measure.taken'));
              }}
            />
          </Dialog>
          <Dialog title={judging ? t('judge.measure', { order: String(judging.order) }) : ''} open={judging !== null} onClose={() => judge(null)}>
            {judging?.entry.measure && (
              <JudgeForm
                id={judging.entry.subject}
                measure={judging.entry.measure}
                onClose={() => judge(null)}
                onDone={(word) => {
                  judge(null);
                  notify(t('judge.done', { verdict: verdict(word) }));
                }}
              />
            )}
          </Dialog>
        </div>
      )}
    </Panel>
  );
}

function MeasureCard({ measure, onJudge }: { measure: TakenMeasure; onJudge: (() => void) | undefined }) {
  const { t, time, by, month, fault, verdict } = useArchiveWords();
  const { entry, order, verdicts } = measure;
  const taken = entry.measure;
  if (!taken) return null;
  const holds = standing(measure);
  return (
    <li>
      <div className={styles.head}>
        <h3>{t('measure.order', { order: String(order) })}</h3>
        <Tag {...VERDICT_LOOKS[holds?.verdict ?? 'none']}>
          {holds ? t('verdict.of', { verdict: verdict(holds.verdict), month: month(holds.month) }) : t('verdict.none')}
        </Tag>
        {onJudge && (
          <Button size="small" aria-label={t('judge.measure', { order: String(order) })} onClick={onJudge}>
            {t('judge')}
          </Button>
        )}
      </div>
      <p className={styles.text}>{taken.text}</p>
      <Facts
        facts={[
          [t('measure.about'), taken.faultClass ? fault(taken.faultClass) : t('measure.all')],
          [t('measure.from'), month(taken.from)],
          [t('measure.owner'), taken.owner],
          [t('noted'), t('noted.by', { by: by(entry.by), at: time(entry.at) })],
        ]}
      />
      {verdicts.length > 0 && <VerdictLines verdicts={verdicts} />}
    </li>
  );
}

function VerdictLines({ verdicts }: { verdicts: readonly Judged[] }) {
  const { t, format, time, by, month, verdict: word } = useArchiveWords();
  const lines = verdicts.map(({ entry, verdict }) => ({
    key: String(entry.number),
    at: time(entry.at),
    text: t('verdict.line', { month: month(verdict.month), verdict: word(verdict.verdict), by: by(entry.by) }),
    more: [t('verdict.numbers', { before: format.integer(verdict.before), after: format.integer(verdict.after), suggested: word(verdict.suggested) })],
  }));
  return (
    <section className={styles.verdicts} aria-label={t('verdict.history')}>
      <h4>{t('verdict.history')}</h4>
      <Lines lines={lines} />
    </section>
  );
}
