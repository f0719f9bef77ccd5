import { Api } from './api';
import { Conversation } from './chat';
import { STYLE } from './style';
import type { Thread } from './thread';
import { View } from './view';
import { wordsOf } from './words';

const KEY = 'channels-chat';

/** Of this tab alone, and of this token: a page of another customer in the same tab starts with nothing. */
function remembered(token: string) {
  const key = `${KEY}.${token.slice(-12)}`;
  const load = (): { open?: boolean; unsent?: Thread['unsent'] } => {
    try {
      return JSON.parse(sessionStorage.getItem(key) ?? '{}') as object;
    } catch {
      return {};
    }
  };
  const save = (change: object) => {
    try {
      sessionStorage.setItem(key, JSON.stringify({ ...load(), ...change }));
    } catch {
      // A page may forbid it: then a reload forgets what was not sent.
    }
  };
  return { load, save };
}

/**
 * The chat of a portal's page:
 * `<script src="https://GATEWAY/widget.js" data-token="cw_…" data-language="zh-CN" defer></script>`,
 * where the portal's server has asked for the token.
 */
function begin(script: HTMLScriptElement): void {
  const { token, language } = script.dataset;
  if (!token || document.querySelector('channels-chat')) return;
  const api = new Api(new URL(script.src).origin, token);
  const words = wordsOf(language ?? document.documentElement.lang);
  const memory = remembered(token);
  const host = document.createElement('channels-chat');
  host.lang = language ?? document.documentElement.lang;
  const root = host.attachShadow({ mode: 'open' });
  // Not a style element: a page's content security policy may forbid those.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const store = { load: () => memory.load().unsent ?? [], save: (unsent: Thread['unsent']) => memory.save({ unsent }) };
  const conversation: Conversation = new Conversation(api, store, (chat) => view.show(chat));
  const view = new View(root, words, conversation, api, (open) => memory.save({ open }));
  document.body.append(host);
  view.show(conversation.now);
  if (memory.load().open) view.toggle(true, false);
  void conversation.start();
}

const script = document.currentScript as HTMLScriptElement | null;
if (script) {
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', () => begin(script), { once: true });
  else begin(script);
}
