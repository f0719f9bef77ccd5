import { AsOf } from './as-of';
import { AttentionPanel } from './attention-panel';
import { ChannelsPanel } from './channels-panel';
import { TargetsPanel } from './targets-panel';
import { Tiles } from './tiles';
import styles from './today.module.css';

/** The first look: how the channels do, what needs attention, and where. */
export function Screen() {
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
