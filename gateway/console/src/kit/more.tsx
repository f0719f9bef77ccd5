import { Button } from 'antd';
import { useMessages } from '@/i18n/messages';
import styles from './kit.module.css';
import { kitMessages } from './messages';

interface Props {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}

/** Below a list that comes in pages. */
export function More({ query }: Props) {
  const t = useMessages(kitMessages);
  if (!query.hasNextPage) return null;
  return (
    <div className={styles.tableFoot}>
      <Button size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {t('more')}
      </Button>
    </div>
  );
}
