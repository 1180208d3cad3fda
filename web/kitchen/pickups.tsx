/** What is ready and not yet picked up, by number, with whose it is and for how long it has stood; the oldest first. */
import { useNow } from '../shared/components/use-now.js';
import { span } from '../shared/text/format.js';
import styles from './pickups.module.css';
import type { Ticket } from './queue/kitchen-state.js';
import { kitchenText } from './text.js';

export function Pickups({ tickets }: { readonly tickets: readonly Ticket[] }) {
  const now = useNow();
  const ready = tickets
    .filter(({ status }) => status === 'READY')
    .map((ticket) => ({ ...ticket, since: readySince(ticket) }))
    .sort((one, other) => one.since - other.since);
  return (
    <section aria-label={kitchenText.waitingForPickup}>
      <h2 className={styles.title}>{kitchenText.waitingForPickup}</h2>
      {ready.length === 0 ? (
        <p className={styles.none}>{kitchenText.nobodyWaits}</p>
      ) : (
        <ul>
          {ready.map(({ id, number, guest, since }) => (
            <li key={id} className={styles.pickup}>
              <b className={styles.number}>{number}</b>
              <span className={styles.guest}>
                {guest?.name ?? (guest?.table == null ? '' : kitchenText.table(guest.table))}
              </span>
              <span className={styles.wait}>{span(now - since)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** A step that was undone is made again: the last one counts. */
function readySince({ statusHistory, placedAt }: Ticket): number {
  return Date.parse(statusHistory.findLast(({ status }) => status === 'READY')?.at ?? placedAt);
}
