import type { Api } from './api';
import type { Chat, Conversation } from './chat';
import type { Message, Unsent } from './thread';
import type { Words } from './words';

type Child = Node | string | null;

function make<K extends keyof HTMLElementTagNameMap>(tag: K, set: Partial<HTMLElementTagNameMap[K]> & Record<string, unknown>, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(set)) {
    if (name in element) Object.assign(element, { [name]: value });
    else element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** The window in the page. What has not changed stays as it is: who reads, selects or types is not disturbed. */
export class View {
  private readonly open: HTMLButtonElement;
  private readonly panel: HTMLElement;
  private readonly status: HTMLElement;
  private readonly log: HTMLElement;
  private readonly below: HTMLElement;
  private readonly form: HTMLFormElement;
  private readonly input: HTMLTextAreaElement;
  private readonly end: HTMLButtonElement;
  private readonly shown = new Map<string, HTMLElement>();
  private seen = 0;
  private offered = '';

  constructor(
    root: ShadowRoot,
    private readonly words: Words,
    private readonly conversation: Conversation,
    private readonly api: Api,
    private readonly remember: (open: boolean) => void,
  ) {
    this.open = make('button', { type: 'button', className: 'open', ariaExpanded: 'false', textContent: words.open });
    this.end = make('button', { type: 'button', className: 'plain', textContent: words.leave, hidden: true });
    const hide = make('button', { type: 'button', className: 'plain', textContent: words.close });
    this.status = make('div', { className: 'status', role: 'status' });
    this.log = make('div', { className: 'log', role: 'log', ariaLive: 'polite', ariaLabel: words.title, tabIndex: 0 });
    this.below = make('div', { className: 'below' });
    this.input = make('textarea', { rows: 1, maxLength: 4000, ariaLabel: words.write, placeholder: words.write });
    this.form = make('form', {}, this.input, make('button', { type: 'submit', className: 'strong', textContent: words.send }));
    const head = make('header', {}, make('h2', { textContent: words.title }), this.end, hide);
    this.panel = make('section', { className: 'panel', role: 'dialog', ariaLabel: words.title, hidden: true }, head, this.status, this.log, this.below, this.form);
    root.append(this.open, this.panel);
    this.open.addEventListener('click', () => this.toggle(true));
    hide.addEventListener('click', () => this.toggle(false));
    this.end.addEventListener('click', () => void conversation.leave());
    this.panel.addEventListener('keydown', (event) => event.key === 'Escape' && this.toggle(false));
    this.form.addEventListener('submit', (event) => this.submit(event));
    this.input.addEventListener('input', () => conversation.types());
    this.input.addEventListener('keydown', (event) => event.key === 'Enter' && !event.shiftKey && !event.isComposing && this.submit(event));
  }

  toggle(open: boolean, focus = true): void {
    this.panel.hidden = !open;
    this.open.hidden = open;
    this.open.ariaExpanded = String(open);
    this.remember(open);
    if (open) this.showAllRead();
    if (focus) (open ? this.input : this.open).focus();
  }

  show(chat: Chat): void {
    this.showStatus(chat);
    this.showMessages(chat);
    this.showBelow(chat);
    const { state } = chat.thread;
    this.end.hidden = state !== 'waiting' && state !== 'active';
    this.form.hidden = chat.expired;
  }

  private submit(event: Event): void {
    event.preventDefault();
    const text = this.input.value.trim();
    if (text === '') return;
    this.input.value = '';
    void this.conversation.ask(text);
  }

  private showStatus(chat: Chat): void {
    const text = this.statusOf(chat);
    if (this.status.textContent !== text) this.status.textContent = text;
    this.status.classList.toggle('offline', chat.offline || chat.expired);
  }

  private statusOf({ thread, offline, expired }: Chat): string {
    const { words } = this;
    if (expired) return words.expired;
    if (offline) return words.offline;
    if (thread.state === 'closed') return words.ended;
    if (thread.state === 'active') return thread.agentTypes ? words.typing : words.served;
    if (thread.state !== 'waiting') return words.hello;
    if (!thread.queue) return words.waiting;
    if (!thread.queue.onDuty) return words.nobody;
    const place = words.position(Number(thread.queue.position), Number(thread.queue.of));
    const wait = thread.queue.expectedWait;
    return wait === null ? place : `${place} · ${words.minutes(Math.round(Number(wait) / 60))}`;
  }

  private showMessages({ thread }: Chat): void {
    const keys = new Set<string>();
    const add = (key: string, element: () => HTMLElement) => {
      keys.add(key);
      const known = this.shown.get(key);
      if (known) return known;
      const made = element();
      this.shown.set(key, made);
      return made;
    };
    const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40;
    const elements = [
      ...thread.messages.map((one) => add(`${one.side} ${one.clientId}`, () => this.bubble(one))),
      ...thread.unsent.map((one) => add(`${one.refused ? 'refused' : 'unsent'} ${one.clientId}`, () => this.waiting(one))),
    ];
    for (const [key, element] of this.shown) {
      if (keys.has(key)) continue;
      element.remove();
      this.shown.delete(key);
    }
    elements.forEach((element, at) => this.log.children[at] !== element && this.log.insertBefore(element, this.log.children[at] ?? null));
    if (atEnd) this.log.scrollTop = this.log.scrollHeight;
    this.countUnread(thread.messages);
  }

  private bubble({ side, text, at }: Message): HTMLElement {
    const time = new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
    const who = side === 'customer' ? this.words.you : this.words.agent;
    return make('div', { className: `one ${side}` }, make('div', { className: 'who', textContent: `${who} ${time}` }), make('div', { className: 'text', textContent: text ?? '' }));
  }

  private waiting({ clientId, text, refused }: Unsent): HTMLElement {
    const mark = make('div', { className: refused ? 'mark bad' : 'mark', textContent: `${refused ? this.words.failed : this.words.sending} ` });
    if (refused) {
      const again = make('button', { type: 'button', className: 'plain', textContent: this.words.again });
      again.addEventListener('click', () => this.conversation.retry(clientId));
      mark.append(again);
    }
    return make('div', { className: 'one customer' }, make('div', { className: 'text', textContent: text }), mark);
  }

  private countUnread(messages: readonly Message[]): void {
    const last = Number(messages.at(-1)?.seq ?? 0);
    if (!this.panel.hidden) this.seen = last;
    const fresh = messages.filter((one) => one.side === 'agent' && Number(one.seq) > this.seen).length;
    const label = fresh > 0 ? `${this.words.open} · ${this.words.fresh(fresh)}` : this.words.open;
    if (this.open.textContent !== label) this.open.textContent = label;
  }

  private showAllRead(): void {
    this.seen = Number(this.conversation.now.thread.messages.at(-1)?.seq ?? 0);
    this.open.textContent = this.words.open;
    this.log.scrollTop = this.log.scrollHeight;
  }

  private showBelow(chat: Chat): void {
    const what = chat.offer ? `offer ${chat.offer.text}` : chat.thread.state === 'closed' ? `rating ${chat.thread.rating ?? ''}` : '';
    if (what === this.offered) return;
    this.offered = what;
    if (chat.offer) this.below.replaceChildren(this.offerOf(chat.offer));
    else if (what) this.below.replaceChildren(this.ratingOf(chat.thread.rating));
    else this.below.replaceChildren();
  }

  private offerOf(offer: NonNullable<Chat['offer']>): HTMLElement {
    const { words } = this;
    const ask = make('button', { type: 'button', className: 'strong', textContent: words.askAgent });
    ask.addEventListener('click', () => {
      this.conversation.say(offer.text);
      this.input.focus();
    });
    const list = make('ul', {});
    const box = make('div', { className: 'offer' }, make('div', { className: 'who', textContent: `“${offer.text}”` }), make('h3', { textContent: words.offer }), list, ask);
    for (const hit of offer.hits) {
      const button = make('button', { type: 'button', className: 'plain hit' }, hit.title, make('span', { className: 'snippet', textContent: hit.snippet }));
      button.addEventListener('click', () => void this.openArticle(hit.id, box, offer));
      list.append(make('li', {}, button));
    }
    return box;
  }

  private async openArticle(id: string, box: HTMLElement, offer: NonNullable<Chat['offer']>): Promise<void> {
    const article = await this.api.article(id).catch(() => null);
    if (!article) return;
    const helped = make('button', { type: 'button', className: 'strong', textContent: this.words.helped });
    const back = make('button', { type: 'button', className: 'plain', textContent: this.words.back });
    helped.addEventListener('click', () => {
      this.conversation.helped(id);
      this.input.focus();
    });
    back.addEventListener('click', () => this.below.replaceChildren(this.offerOf(offer)));
    const heading = make('h3', { textContent: article.title, tabIndex: -1 });
    box.replaceChildren(heading, make('div', { className: 'article', textContent: article.body }), make('div', { className: 'row' }, helped, back));
    heading.focus();
  }

  private ratingOf(rating: Chat['thread']['rating']): HTMLElement {
    const { words } = this;
    if (rating !== null) return make('div', { className: 'rating', textContent: words.thanks });
    const stars = [1, 2, 3, 4, 5].map((value) => {
      const star = make('button', { type: 'button', className: 'plain star', ariaLabel: words.stars(value), textContent: `${value} ★` });
      star.addEventListener('click', () => void this.conversation.rate(value));
      return star;
    });
    return make('div', { className: 'rating', role: 'group', ariaLabel: words.rate }, make('h3', { textContent: words.rate }), make('div', { className: 'row' }, ...stars));
  }
}
