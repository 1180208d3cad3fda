/** The tickets in columns by wait, oldest top left; further ones stand a page to the right. */
import { type Ref, useMemo } from 'react';
import { useNow } from '../../shared/components/use-now.js';
import type { Menu, Outlet } from '../menu.js';
import { kitchenText } from '../text.js';
import { ageOf, USUAL_PACE } from './age.js';
import { type KitchenState, shownTickets, type Ticket as TicketData, waitsSince } from './kitchen-state.js';
import styles from './queue.module.css';
import { Ticket, type TicketActions } from './ticket.js';
import { isElsewhere, type TicketLinesProps } from './ticket-lines.js';

export interface QueueProps {
  /** As `ticketsOf` gives them. */
  readonly tickets: readonly TicketData[];
  readonly state: KitchenState;
  readonly menu: Menu | undefined;
  readonly outlet: Outlet | undefined;
  readonly station: string | undefined;
  readonly chosen: string | undefined;
  readonly actions: TicketActions;
  readonly list: Ref<HTMLUListElement>;
}

export function Queue({ tickets, state, menu, outlet, station, chosen, actions, list }: QueueProps) {
  const now = useNow();
  const isUsual = useMemo<TicketLinesProps['isUsual']>(
    () =>
      ({ id }) =>
        menu?.defaults.has(id) ?? false,
    [menu],
  );
  return (
    <ul aria-label={kitchenText.queue} className={styles.queue} ref={list}>
      {tickets.map((ticket, index) => (
        <li key={ticket.id} className={styles.place}>
          <Ticket
            ticket={ticket}
            age={ageOf(waitsSince(ticket), now, outlet?.kitchenPace ?? USUAL_PACE)}
            place={index < 9 ? index + 1 : undefined}
            isChosen={chosen === ticket.id}
            isChanged={state.changed.has(ticket.id)}
            undoable={state.undoable.get(ticket.id)}
            failure={state.failures.get(ticket.id)}
            station={station}
            timeZone={outlet?.timeZone}
            isUsual={isUsual}
            actions={actions}
          />
        </li>
      ))}
    </ul>
  );
}

/** Of a station, those with a line that is made there, or at none in particular. */
export function ticketsOf(state: KitchenState, station: string | undefined): TicketData[] {
  return shownTickets(state).filter(({ lines }) => lines.some((line) => !isElsewhere(line, station)));
}
