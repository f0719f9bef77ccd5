import { useUrlParam } from '@/filters/filters';
import { Notice, useNotice } from '@/kit/notice';
import { ArticlePanel } from './article';
import { Editor, NewArticle } from './editor';
import styles from './knowledge.module.css';
import { ArticleList } from './list';

/** What is known: found, read, written, approved by a second pair of eyes. `id` is the article, `e` that it is being written. */
export function Panel() {
  const [id] = useUrlParam('id', '');
  const [editing, edit] = useUrlParam('e', '');
  const [notice, notify] = useNotice();
  const say = (text: string) => notify({ text });
  const close = () => edit('');
  return (
    <div className={styles.screen}>
      {id === '' && editing !== '' && <NewArticle translationOf={editing.startsWith('a_') ? editing : ''} onClose={close} notify={say} />}
      {id === '' && editing === '' && <ArticleList />}
      {id !== '' && editing !== '' && <Editor key={id} id={id} onClose={close} notify={say} />}
      {id !== '' && editing === '' && <ArticlePanel key={id} id={id} onEdit={() => edit('1')} notify={say} />}
      <Notice notice={notice} onClose={() => notify(null)} />
    </div>
  );
}
