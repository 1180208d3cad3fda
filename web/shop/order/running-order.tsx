/** The order that is under way, above the menu, live. */
import { useNow } from '../../shared/components/use-now.js';
import { span } from '../../shared/text/format.js';
import { go } from '../address.js';
import type { GuestOrderFragment } from '../operations.js';
import styles from '../shop.module.css';
import { text } from '../text.js';
import { useGuestOrder } from './use-guest-order.js';

const RUNNING = new Set(['PLACED', 'AWAITING_PAYMENT', 'PAID', 'PREPARING', 'READY']);

/** @param orders the newest first. */
export function RunningOrder({ orders }: { readonly orders: readonly GuestOrderFragment[] | undefined }) {
  const last = orders?.find(({ status }) => RUNNING.has(status));
  const order = useGuestOrder(last?.id).value ?? last;
  const now = useNow();
  if (order === undefined || !RUNNING.has(order.status)) return null;
  const { estimatedReadyAt, status } = order;
  const left = estimatedReadyAt === null ? undefined : Date.parse(estimatedReadyAt) - now;
  const isMade = status === 'PAID' || status === 'PREPARING';
  return (
    <button
      type="button"
      className={`${styles.band} ${styles.running}`}
      data-status={status}
      onClick={() => go({ order: order.id })}
    >
      <span>
        <b>{text.running(order.number)}</b> · {text.steps[status]}
      </span>
      {isMade && left !== undefined && (left < 60_000 ? text.readySoon : text.readyIn(span(left)))}
    </button>
  );
}
