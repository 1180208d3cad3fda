/**
 * Points: `order.completed` earns them, unless it is undone (`order.step-undone`); `payment.refunded`, `order.refunded` and a lost dispute
 * (`payment.dispute-closed`) take them back in proportion.
 */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import type { Log } from '../../../platform/log.js';
import { moneyOfLoss, moneyOfRefund } from '../domain/money-gone.js';
import { pointsNotice } from '../domain/notice.js';
import { earnPoints, refundPoints, takeBackPoints } from '../operations/earn-points.js';
import type { OwnCustomerDatabase, Work } from '../store/database.js';
import { insertNotifications } from '../store/notifications.js';

export function loyalty(database: OwnCustomerDatabase, log: Log): Consumer {
  const name = 'customer.loyalty';
  return {
    name,
    types: [
      'order.completed',
      'order.step-undone',
      'order.refunded',
      'payment.refunded',
      'payment.dispute-closed',
    ],
    handle: idempotent(database, name, changePoints, log),
  };
}

async function changePoints(event: AnyEvent, work: Work): Promise<void> {
  switch (event.type) {
    case 'order.completed': {
      const { customerId, orderId } = event.data;
      const earned = await earnPoints(work, { ...event.data, version: event.aggregateVersion });
      if (earned === null) return;
      await insertNotifications(work, [pointsNotice(customerId, orderId, earned.points, earned.balance)]);
      return;
    }
    case 'order.step-undone':
      if (event.data.undone !== 'COMPLETED') return;
      return takeBackPoints(work, { ...event.data, version: event.aggregateVersion });
    case 'order.refunded':
      return refundPoints(work, event.data, { refunded: 0, captured: 0, isWhole: true });
    case 'payment.refunded': {
      const { refunded, captured, isFull } = moneyOfRefund(event.data);
      // Whether a payment that went back whole was the one that paid for the order, `order.refunded` says.
      if (isFull) return;
      return refundPoints(work, event.data, { refunded, captured, isWhole: false });
    }
    case 'payment.dispute-closed': {
      const { loss } = event.data;
      if (loss === undefined) return;
      return refundPoints(work, event.data, { ...moneyOfLoss(loss), isWhole: false });
    }
    default:
  }
}
