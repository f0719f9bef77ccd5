import { useSearchParams } from 'react-router';
import { useUrlParam } from '@/filters/filters';
import { Notice, useNotice } from '@/kit/notice';
import styles from './customers.module.css';
import { Detail } from './detail';
import { CustomerList } from './list';
import { LookUp } from './look-up';

/** Who customers are, as far as it is kept here: found by number, with what they agreed to and what they did. */
export function Panel() {
  const [id, choose] = useUrlParam('id', '');
  const [, setSearch] = useSearchParams();
  const [notice, notify] = useNotice();
  const back = () =>
    setSearch((now) => {
      const next = new URLSearchParams(now);
      for (const key of ['id', 'd']) next.delete(key);
      return next;
    });
  return (
    <div className={styles.screen}>
      {id === '' && <LookUp onFound={choose} />}
      {id === '' ? <CustomerList /> : <Detail key={id} id={id} onBack={back} notify={(text) => notify({ text })} />}
      <Notice notice={notice} onClose={() => notify(null)} />
    </div>
  );
}
