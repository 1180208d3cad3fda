/** A redemption is spent by the order that took it, and comes back as points, once, when that order dies unfinished. */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import type { Log } from '../../../platform/log.js';
import { pointsBackNotice } from '../domain/notice.js';
import type { CustomerDatabase } from '../store/database.js';
import { notify } from '../store/notifications.js';
import { applyRedemption, returnRedemption } from '../store/redemptions.js';

export function redemptions(database: CustomerDatabase, log: Log): Consumer {
  const name = 'customer.redemptions';
  return {
    name,
    types: ['order.reward-applied', 'order.reward-returned'],
    handle: idempotent(
      database,
      name,
      async (event, work) => {
        if (event.type === 'order.reward-applied') await applyRedemption(work, event.data);
        if (event.type !== 'order.reward-returned') return;
        const { customerId, orderId } = event.data;
        const back = await returnRedemption(work, event.data);
        if (back !== null)
          await notify(work, [pointsBackNotice(customerId, orderId, back.points, back.balance)]);
      },
      log,
    ),
  };
}
