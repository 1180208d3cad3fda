/** A completed order earns points, and its customer hears of it; a refund takes them back. */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import type { Log } from '../../../platform/log.js';
import { pointsNotice } from '../domain/notice.js';
import type { CustomerDatabase } from '../store/database.js';
import { earnPoints, reversePoints } from '../store/loyalty.js';
import { notify } from '../store/notifications.js';

export function loyalty(database: CustomerDatabase, log: Log): Consumer {
  const name = 'customer.loyalty';
  return {
    name,
    types: ['order.completed', 'order.refunded'],
    handle: idempotent(
      database,
      name,
      async (event, work) => {
        if (event.type === 'order.refunded') await reversePoints(work, event.data);
        if (event.type !== 'order.completed') return;
        const { customerId, orderId } = event.data;
        const earned = await earnPoints(work, event.data);
        if (earned !== null)
          await notify(work, [pointsNotice(customerId, orderId, earned.points, earned.balance)]);
      },
      log,
    ),
  };
}
