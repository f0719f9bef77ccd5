import type { components } from '@/api/generated/care';
import type { Message, Standing } from './thread';

export type Hit = components['schemas']['WidgetHit'];
export type Article = components['schemas']['WidgetArticle'];

/** The server says no; another try would be answered alike. */
export class Refused extends Error {
  constructor(readonly status: number) {
    super(`status ${status}`);
  }
}

/** The widget's own routes: with the token in a header, without cookies, on whatever origin the page is. */
export class Api {
  private readonly root: string;

  /** @param server - origin of the gateway, from where the script came. */
  constructor(
    server: string,
    private readonly token: string,
  ) {
    this.root = `${server}/api/v1/care/widget`;
  }

  read = (after: number): Promise<Standing> => this.call('GET', `/conversation?after=${after}`);
  say = (clientId: string, text: string): Promise<Message> => this.call('POST', '/messages', { clientId, text });
  types = (status: 'typing' | 'idle'): Promise<void> => this.call('POST', '/presence', { status });
  leave = (): Promise<void> => this.call('POST', '/leave');
  rate = (rating: number): Promise<void> => this.call('POST', '/rating', { rating });
  search = async (text: string): Promise<readonly Hit[]> => (await this.call<{ hits: Hit[] }>('POST', '/articles', { text: text.slice(0, 500) })).hits;
  article = (id: string): Promise<Article> => this.call('GET', `/articles/${encodeURIComponent(id)}`);
  judge = (id: string, helpful: boolean): Promise<void> => this.call('POST', `/articles/${encodeURIComponent(id)}/verdict`, { helpful });

  /**
   * Reads the stream of events until it ends. EventSource cannot send a header, and a token has no place in an address.
   *
   * @param hear - name and data of each event.
   */
  async listen(hear: (name: string, data: string) => void, over: AbortSignal): Promise<void> {
    const answer = await fetch(`${this.root}/events`, { headers: { 'X-Conversation-Token': this.token }, credentials: 'omit', signal: over });
    if (!answer.ok || !answer.body) throw new Refused(answer.status);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let waiting = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (waiting + value).split('\n\n');
      waiting = blocks.pop() ?? '';
      for (const block of blocks) {
        const field = (name: string) => block.split('\n').find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        const name = field('event');
        if (name) hear(name, field('data') ?? '{}');
      }
    }
  }

  private async call<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(this.root + path, {
      method,
      headers: { 'X-Conversation-Token': this.token, ...(body ? { 'Content-Type': 'application/json' } : {}) },
      credentials: 'omit',
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429 && answer.status !== 408) throw new Refused(answer.status);
    if (!answer.ok) throw new TypeError(`status ${answer.status}`);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }
}
