import { useState } from 'react';
import { useMessages } from '@/i18n/messages';
import { Dialog } from '@/kit/dialog';
import { singleKeysOff, switchSingleKeys, useShownKeys } from '@/kit/keys';
import { appMessages } from './messages';
import type { Screen } from './screens';
import styles from './shell.module.css';

interface Props {
  screens: readonly Screen[];
  open: boolean;
  onClose: () => void;
}

export function KeyboardHelp({ screens, open, onClose }: Props) {
  const t = useMessages(appMessages);
  const [off, setOff] = useState(singleKeysOff);
  const here = useShownKeys();
  const rows: [string, string][] = [
    ['Ctrl K', t('help.palette')],
    ['?', t('help.help')],
    ...screens.map(({ key, name }): [string, string] => [`g ${key}`, t('help.go', { screen: t(name) })]),
    ['c', t('help.clear')],
    ['← →', t('help.charts')],
    ...here.map(({ keys, text }): [string, string] => [keys, text]),
  ];
  return (
    <Dialog title={t('help')} open={open} onClose={onClose} width={440}>
      <dl className={styles.keys}>
        {rows.map(([keys, text]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={!off}
          onChange={({ target }) => {
            switchSingleKeys(target.checked);
            setOff(!target.checked);
          }}
        />
        {t('help.off')}
      </label>
    </Dialog>
  );
}
