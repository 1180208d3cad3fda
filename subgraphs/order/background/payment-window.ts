/**
 * Cancels orders that were not paid within their window. Due times are stored with the orders, so a restart loses none;
 * several processes share the work, each skipping rows that another has locked.
 */
import { newCause } from '../../../platform/events/envelope.js';
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import type { TransitionRules } from '../domain/order-lifecycle.js';
import { advanceOrders } from '../operations/advance-orders.js';
import type { OwnOrderDatabase } from '../store/database.js';
import { findAndLockOverdueOrders } from '../store/order-changes.js';

const INTERVAL_MILLISECONDS = 2_000;
const ORDERS_A_TURN = 200;

export function startPaymentWindow(database: OwnOrderDatabase, rules: TransitionRules, log: Log): PollLoop {
  return startPollLoop({
    name: 'order.payment-window',
    isMaintenance: true,
    intervalMilliseconds: INTERVAL_MILLISECONDS,
    log,
    async turn() {
      return (await cancelOverdueOrders(database, rules)) === ORDERS_A_TURN ? 'more' : 'done';
    },
  });
}

/** @returns how many orders it cancelled, up to `ORDERS_A_TURN`. */
async function cancelOverdueOrders(database: OwnOrderDatabase, rules: TransitionRules): Promise<number> {
  const cause = newCause();
  return database.work(cause, async (work) => {
    const orderIds = await findAndLockOverdueOrders(work.tx, ORDERS_A_TURN);
    if (orderIds.length === 0) return 0;
    const trigger = () => ({ type: 'payment-window-closed' }) as const;
    await advanceOrders(
      rules,
      work,
      orderIds.map((orderId) => ({ orderId, cause, trigger })),
    );
    return orderIds.length;
  });
}
