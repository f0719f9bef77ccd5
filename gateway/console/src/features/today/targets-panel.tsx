import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { type Attained, attainmentQuery } from '@/api/targets';
import { useNames } from '@/api/catalogue';
import { useDefinitions } from '@/api/indicators';
import { useToday } from '@/api/operator';
import { monthOf } from '@/filters/period';
import { useFormatter } from '@/format/use-formatter';
import { useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import { Bullet } from '@/kit/bullet';
import { kitMessages } from '@/kit/messages';
import { Panel } from '@/kit/panel';
import { messages } from './messages';
import styles from './today.module.css';

const SHOWN = 6;

/** The month's targets as bullets, the farthest from its target first. [N5] */
export function TargetsPanel() {
  const t = useMessages(messages);
  const format = useFormatter();
  const month = monthOf(useToday());
  const query = useQuery(attainmentQuery(month));
  const first = (
    <p>
      {t('targets.none')} <Link to="/targets">{t('targets.set')}</Link>
    </p>
  );
  return (
    <Panel
      title={t('targets', { month: format.at(month) })}
      query={query}
      height={400}
      isEmpty={({ targets }) => targets.length === 0}
      emptyFirst={first}
    >
      {(data) => (
        <ul className={styles.list}>
          {[...data.targets]
            .sort((a, b) => (a.attainment ?? Infinity) - (b.attainment ?? Infinity))
            .slice(0, SHOWN)
            .map((target) => (
              <TargetBullet key={`${target.indicator} ${target.channel} ${target.region}`} target={target} />
            ))}
        </ul>
      )}
    </Panel>
  );
}

function TargetBullet({ target }: { target: Attained }) {
  const kit = useMessages(kitMessages);
  const scope = useScope();
  const text = useTargetText();
  const { value, daysLeft, needed } = target;
  const format = useFormatter();
  const needs = needed !== null && daysLeft > 0 && (target.gap ?? 0) < 0;
  return (
    <li className={styles.bullet}>
      <strong>{scope(target)}</strong>
      {value === null ? (
        <span>{kit('noData')}</span>
      ) : (
        <>
          <Bullet value={value} target={target.target} direction={target.direction} label={text(target)} />
          <span>{text(target)}</span>
        </>
      )}
      {needs && <span className={styles.secondary}>{kit('bullet.needs', { n: daysLeft, needed: format.value(target.unit, needed) })}</span>}
    </li>
  );
}

/** "Success rate · App, Guangzhou". */
export function useScope(): (of: { indicator: string | null; channel: string | null; region: string | null }) => string {
  const t = useMessages(messages);
  const language = useLanguage();
  const definitions = useDefinitions();
  const name = useNames();
  return ({ indicator, channel, region }) => {
    const definition = definitions.get(indicator ?? '');
    const title = definition ? nameIn(definition.names, language) : (indicator ?? '');
    const places = [channel && name('channel', channel), region && name('region', region)].filter(Boolean).join(t('list'));
    if (!title) return places;
    return places ? t('scope', { name: title, places }) : title;
  };
}

/** "92.40% against 95.00%: 2.60 pt short". */
export function useTargetText(): (target: Attained) => string {
  const kit = useMessages(kitMessages);
  const format = useFormatter();
  return ({ value, target, gap, unit }) => {
    if (value === null || gap === null) return kit('noData');
    const words = { value: format.value(unit, value), target: format.value(unit, target), gap: format.difference(unit, Math.abs(gap)).replace(/^[+±]/, '') };
    return gap < 0 ? kit('bullet.short', words) : kit('bullet.met', words);
  };
}
