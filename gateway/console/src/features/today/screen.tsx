import { feedsQuery } from '@/api/feeds';
import { useDefinitions, valuesQuery } from '@/api/indicators';
import { useReady, useToday } from '@/api/operator';
import { usePrefetched } from '@/api/prefetch';
import { attainmentQuery } from '@/api/targets';
import { openWarningsQuery } from '@/api/warnings';
import { useFilters } from '@/filters/filters';
import { monthOf } from '@/filters/period';
import { AsOf } from './as-of';
import { AttentionPanel } from './attention-panel';
import { ChannelsPanel } from './channels-panel';
import { tileQuestions } from './question';
import { TargetsPanel } from './targets-panel';
import { TILES, Tiles } from './tiles';
import styles from './today.module.css';

/** The first look: how the channels do, what needs attention, and where. */
export function Screen() {
  const ready = useReady();
  const today = useToday();
  const { filters } = useFilters();
  const definitions = useDefinitions();
  const shown = TILES.flatMap((id) => definitions.get(id) ?? []);
  usePrefetched(
    ready
      ? [...shown.map((one) => valuesQuery(one.id, tileQuestions(one, filters, today).total)), openWarningsQuery, feedsQuery, attainmentQuery(monthOf(today))]
      : [openWarningsQuery, feedsQuery],
  );
  return (
    <div className={styles.screen}>
      <AsOf />
      <Tiles />
      <div className={styles.columns}>
        <AttentionPanel />
        <TargetsPanel />
      </div>
      <ChannelsPanel />
    </div>
  );
}
