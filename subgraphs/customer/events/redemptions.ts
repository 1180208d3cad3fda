/** Redemptions: `order.reward-applied` uses one; `order.reward-returned` gives its points back. */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import { returnedPointsNotice } from '../domain/notice.js';
import { applyRedemption, returnRedemption } from '../operations/use-redemption.js';
import { insertNotifications } from '../store/notifications.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({ database, log }: ConsumerParts): Consumer {
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
