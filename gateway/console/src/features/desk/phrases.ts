import type { Names } from '@/i18n/messages';

/** A polite phrase that agents send again and again; `word` is what is typed after `::`. */
export interface Phrase {
  word: string;
  text: Names;
}

/** Said in the customer's language, whatever the agent's is. */
export const PHRASES: readonly Phrase[] = [
  { word: 'hello', text: { 'zh-CN': '您好，很高兴为您服务，请问有什么可以帮您？', en: 'Hello, thank you for contacting us. How can I help you?' } },
  { word: 'wait', text: { 'zh-CN': '请您稍等，我马上为您查询。', en: 'One moment please, I am looking into it.' } },
  { word: 'thanks', text: { 'zh-CN': '感谢您的耐心等待。', en: 'Thank you for your patience.' } },
  { word: 'sorry', text: { 'zh-CN': '非常抱歉给您带来不便。', en: 'I am sorry for the inconvenience.' } },
  { word: 'more', text: { 'zh-CN': '请问还有其他可以帮您的吗？', en: 'Is there anything else I can help you with?' } },
  { word: 'detail', text: { 'zh-CN': '麻烦您再详细描述一下遇到的情况，例如发生的时间和页面上的提示。', en: 'Could you tell me more, for example when it happened and what the page said?' } },
  { word: 'check', text: { 'zh-CN': '已经为您处理好了，请您重新登录后再试一次。', en: 'It is done. Please sign in again and try once more.' } },
  { word: 'ticket', text: { 'zh-CN': '已为您登记工单，处理结果会尽快通知您。', en: 'I have opened a ticket for you; we will let you know the result as soon as possible.' } },
  { word: 'bye', text: { 'zh-CN': '感谢您的咨询，祝您生活愉快，再见。', en: 'Thank you for contacting us. Have a nice day.' } },
];

/** Phrases whose word begins so, or whose text has it. */
export function phrasesFor(query: string, language: keyof Names): Phrase[] {
  const begins = PHRASES.filter(({ word }) => word.startsWith(query));
  const others = PHRASES.filter((phrase) => !begins.includes(phrase) && phrase.text[language].toLowerCase().includes(query));
  return [...begins, ...others];
}
