import { defineMessages } from '@/i18n/messages';

export const messages = defineMessages({
  'zh-CN': {
    heading: 'targets',
  },
  en: {
    heading: 'targets',
  },
});
