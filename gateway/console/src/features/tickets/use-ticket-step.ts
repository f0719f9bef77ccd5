import { useQueryClient } from '@tanstack/react-query';
import { actOnTicket, type TicketAction, type TicketDetail, ticketQuery } from '@/api/tickets';
import { useGuarded } from '@/kit/use-guarded';
import { useTicketWords } from './words';

/** One step of a ticket, over what was read; where somebody was faster, `news` is what they did. */
export function useTicketStep({ ticket, history }: TicketDetail, options: { follows?: boolean }, onDone: () => void) {
  const words = useTicketWords();
  const queries = useQueryClient();
  const step = useGuarded<TicketAction>({
    revision: ticket.revision,
    follows: options.follows,
    act: (action, revision) => actOnTicket(ticket.id, action, revision),
    refresh: () => {
      void queries.invalidateQueries({ queryKey: ['tickets'] });
      return queries.invalidateQueries({ queryKey: ticketQuery(ticket.id).queryKey });
    },
    onDone,
  });
  return { ...step, news: history.filter(({ number }) => number > step.read).map(words.line) };
}
