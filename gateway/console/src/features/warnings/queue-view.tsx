import { useQuery } from '@tanstack/react-query';
import { useSession } from '@/api/session';
import { rulesQuery, type Warning, type WarningQueue, warningsQuery } from '@/api/warnings';
import { useUrlParam } from '@/filters/filters';
import { Panel, together } from '@/kit/panel';
import { Detail } from './detail';
import { entriesOf, isOwner, type Owner, ofOwner } from './queue';
import { WarningRow } from './row';
import { useWarningWords } from './words';
import styles from './warnings.module.css';

const OWNERS: readonly Owner[] = ['anyone', 'me', 'nobody'];
const STATES = ['open', 'all'] as const;

/** The queue, and beside it the warning that was chosen; on a narrow screen one at a time. */
export function Queue() {
  const { t } = useWarningWords();
  const [state, setState] = useUrlParam('st', 'open');
  const [ownerText, setOwner] = useUrlParam('o', 'anyone');
  const [chosen, choose] = useUrlParam('w', '');
  const owner = isOwner(ownerText) ? ownerText : 'anyone';
  const shown = state === 'all' ? 'all' : 'open';
  const query = together<[WarningQueue, { id: string }[]]>(useQuery(warningsQuery(shown)), useQuery(rulesQuery));
  const clear = () => {
    setOwner('anyone');
  };
  return (
    <div className={styles.split} data-chosen={chosen !== ''}>
      <div className={styles.queue}>
        <Panel
          title={t('queue')}
          query={query}
          height={320}
          actions={
            <>
              <label className={styles.choice}>
                {t('state')}
                <select value={shown} onChange={({ target }) => setState(target.value)}>
                  {STATES.map((one) => (
                    <option key={one} value={one}>
                      {t(`state.${one}`)}
                    </option>
                  ))}
                </select>
              </label>
              <label className={styles.choice}>
                {t('owner')}
                <select value={owner} onChange={({ target }) => setOwner(target.value)}>
                  {OWNERS.map((one) => (
                    <option key={one} value={one}>
                      {t(`owner.${one}`)}
                    </option>
                  ))}
                </select>
              </label>
            </>
          }
        >
          {([queue, rules]) => <List {...{ queue, owner, state: shown, chosen, clear }} hasRules={rules.length > 0} />}
        </Panel>
      </div>
      <Detail id={chosen} onBack={() => choose('')} />
    </div>
  );
}

interface ListProps {
  queue: WarningQueue;
  owner: Owner;
  state: 'open' | 'all';
  chosen: string;
  hasRules: boolean;
  clear: () => void;
}

function List({ queue, owner, state, chosen, hasRules, clear }: ListProps) {
  const { t } = useWarningWords();
  const me = useSession()?.name ?? '';
  const warnings = ofOwner(queue.warnings, owner, me);
  const entries = entriesOf(warnings, queue.causes);
  return (
    <>
      <Evaluation queue={queue} count={warnings.length} />
      {warnings.length === 0 && owner !== 'anyone' && (
        <div className={styles.none}>
          <p>{t('none.filtered', { owner: t(`owner.${owner}`), state: t(`state.${state}`) })}</p>
          <button type="button" className={styles.button} onClick={clear}>
            {t('none.clear')}
          </button>
        </div>
      )}
      {warnings.length === 0 && owner === 'anyone' && <Nothing hasRules={hasRules} />}
      <ul className={styles.list}>
        {entries.map((entry) =>
          entry.kind === 'one' ? (
            <WarningRow key={entry.warning.id} warning={entry.warning} chosen={chosen === entry.warning.id} />
          ) : (
            <Group key={entry.cause} warnings={entry.warnings} chosen={chosen} />
          ),
        )}
      </ul>
      {queue.next && <p className={styles.note}>{t('cut', { n: queue.warnings.length })}</p>}
    </>
  );
}

/** Nothing is wrong, which is not the same as nobody looking. */
function Nothing({ hasRules }: { hasRules: boolean }) {
  const { t } = useWarningWords();
  return (
    <div className={styles.none}>
      {hasRules ? (
        <>
          <p>
            <strong>{t('none')}</strong>
          </p>
          <p className={styles.note}>{t('none.more')}</p>
        </>
      ) : (
        <p>{t('none.rules')}</p>
      )}
    </div>
  );
}

function Group({ warnings, chosen }: { warnings: readonly Warning[]; chosen: string }) {
  const { t } = useWarningWords();
  return (
    <li className={styles.group}>
      <p>{t('group', { n: warnings.length })}</p>
      <ul className={styles.list}>
        {warnings.map((warning) => (
          <WarningRow key={warning.id} warning={warning} chosen={chosen === warning.id} />
        ))}
      </ul>
    </li>
  );
}

/** How many, and how fresh: a queue that nobody fills looks the same as one that is empty. */
function Evaluation({ queue: { evaluation }, count }: { queue: WarningQueue; count: number }) {
  const { t, time } = useWarningWords();
  return (
    <p className={styles.note}>
      <span role="status">{t('count', { n: count })}</span>
      <span>{evaluation.lastRound ? t('evaluated', { time: time(evaluation.lastRound) }) : t('evaluated.never')}</span>
      {evaluation.fault && (
        <strong className={styles.fault} role="status">
          {t('evaluated.fault', { fault: evaluation.fault })}
        </strong>
      )}
    </p>
  );
}
