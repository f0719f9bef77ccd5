/** What the customer reads. */
export interface Words {
  open: string;
  title: string;
  close: string;
  write: string;
  send: string;
  hello: string;
  you: string;
  agent: string;
  typing: string;
  waiting: string;
  position: (position: number, of: number) => string;
  minutes: (minutes: number) => string;
  nobody: string;
  served: string;
  offline: string;
  sending: string;
  failed: string;
  again: string;
  leave: string;
  ended: string;
  rate: string;
  stars: (stars: number) => string;
  thanks: string;
  offer: string;
  askAgent: string;
  helped: string;
  back: string;
  expired: string;
  fresh: (count: number) => string;
}

const chinese: Words = {
  open: '在线客服',
  title: '在线客服',
  close: '收起',
  write: '请输入您的问题',
  send: '发送',
  hello: '您好，请问有什么可以帮您？',
  you: '您',
  agent: '客服',
  typing: '客服正在输入…',
  waiting: '正在为您接通客服',
  position: (position, of) => `您排在第 ${position} 位，共 ${of} 人等候`,
  minutes: (minutes) => (minutes < 1 ? '预计等待不到 1 分钟' : `预计等待约 ${minutes} 分钟`),
  nobody: '目前没有客服在线，您可以留言，客服上线后会尽快回复',
  served: '客服正在为您服务',
  offline: '网络中断，正在重新连接；您写的内容会自动发送',
  sending: '发送中',
  failed: '未能发送',
  again: '重试',
  leave: '结束会话',
  ended: '会话已结束',
  rate: '请为本次服务评分',
  stars: (stars) => `${stars} 分，满分 5 分`,
  thanks: '感谢您的评价',
  offer: '这些内容也许能帮到您',
  askAgent: '仍要联系客服',
  helped: '已解决，谢谢',
  back: '返回',
  expired: '页面已过期，请刷新后再试',
  fresh: (count) => `${count} 条新消息`,
};

const english: Words = {
  open: 'Chat with us',
  title: 'Chat with us',
  close: 'Hide',
  write: 'Type your question',
  send: 'Send',
  hello: 'Hello, how can we help you?',
  you: 'You',
  agent: 'Agent',
  typing: 'The agent is typing…',
  waiting: 'We are connecting you with an agent',
  position: (position, of) => `You are number ${position} of ${of} waiting`,
  minutes: (minutes) => (minutes < 1 ? 'Less than a minute to wait' : `About ${minutes} min to wait`),
  nobody: 'Nobody is online right now. Leave a message: it is answered as soon as somebody is',
  served: 'An agent is with you',
  offline: 'No connection, trying again. What you write is sent by itself',
  sending: 'Sending',
  failed: 'Not sent',
  again: 'Try again',
  leave: 'End the chat',
  ended: 'The chat has ended',
  rate: 'How was our service?',
  stars: (stars) => `${stars} of 5`,
  thanks: 'Thank you for your rating',
  offer: 'This may help you',
  askAgent: 'Ask an agent all the same',
  helped: 'That solved it, thanks',
  back: 'Back',
  expired: 'This page is too old. Please reload it',
  fresh: (count) => (count === 1 ? '1 new message' : `${count} new messages`),
};

export function wordsOf(language: string): Words {
  return language.toLowerCase().startsWith('zh') ? chinese : english;
}
