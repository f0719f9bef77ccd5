import type { TicketSeverity, TicketStatus } from '@/api/tickets';
import { useMessages } from '@/i18n/messages';
import { Tag, type Tone } from '@/kit/record';
import { messages } from './messages';

const SEVERE: Record<TicketSeverity, readonly [Tone, string]> = { critical: ['bad', '‼'], high: ['warn', '!'], normal: ['info', ''], low: ['quiet', ''] };
const TONES: Record<TicketStatus, Tone> = { open: 'info', pending: 'warn', resolved: 'good', closed: 'quiet', cancelled: 'quiet' };

export function SeverityTag({ severity }: { severity: TicketSeverity }) {
  const t = useMessages(messages);
  const [tone, sign] = SEVERE[severity];
  return (
    <Tag tone={tone} sign={sign}>
      {t(`severity.${severity}`)}
    </Tag>
  );
}

export function StatusTag({ status }: { status: TicketStatus }) {
  const t = useMessages(messages);
  return <Tag tone={TONES[status]}>{t(`status.${status}`)}</Tag>;
}
