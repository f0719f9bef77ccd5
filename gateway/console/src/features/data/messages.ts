import { defineMessages } from '@/i18n/messages';

export const messages = defineMessages({
  'zh-CN': {
    heading: 'data',
  },
  en: {
    heading: 'data',
  },
});
