/** Redemptions: `order.reward-applied` uses one; `order.reward-returned` gives its points back. */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import type { Log } from '../../../platform/log.js';
import { returnedPointsNotice } from '../domain/notice.js';
import { applyRedemption, returnRedemption } from '../operations/use-redemption.js';
import type { OwnCustomerDatabase } from '../store/database.js';
import { insertNotifications } from '../store/notifications.js';

export function redemptions(database: OwnCustomerDatabase, log: Log): Consumer {
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
        const returned = await returnRedemption(work, event.data);
        if (returned === null) return;
        const { points, balance } = returned;
        await insertNotifications(work, [returnedPointsNotice(customerId, orderId, points, balance)]);
      },
      log,
    ),
  };
}
