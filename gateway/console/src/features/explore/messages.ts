import { defineMessages } from '@/i18n/messages';

export const messages = defineMessages({
  'zh-CN': {
    heading: 'explore',
  },
  en: {
    heading: 'explore',
  },
});
