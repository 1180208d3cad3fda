/**
 * Points: `order.completed` earns them, unless it is undone (`order.step-undone`); `payment.refunded`, `order.refunded` and a lost dispute
 * (`payment.dispute-closed`) take them back in proportion.
 */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import type { OrderRef } from '../../../platform/events/event-types.js';
import { moneyOfLoss, moneyOfRefund } from '../domain/money-gone.js';
import { pointsNotice } from '../domain/notice.js';
import { earnPoints, refundPoints, takeBackPoints } from '../operations/earn-points.js';
import type { Work } from '../store/database.js';
import { insertNotifications } from '../store/notifications.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({ database, log }: ConsumerParts): Consumer {
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
  const { aggregateVersion: version } = event;
  switch (event.type) {
    case 'order.completed': {
      const order = ofMember(event.data);
      if (order === null) return;
      const { customerId, orderId } = order;
      const earned = await earnPoints(work, { ...order, total: event.data.total, version });
      if (earned === null) return;
      await insertNotifications(work, [pointsNotice(customerId, orderId, earned.points, earned.balance)]);
      return;
    }
    case 'order.step-undone':
      if (event.data.undone !== 'COMPLETED') return;
      return withMember(event.data, (order) => takeBackPoints(work, { ...order, version }));
    case 'order.refunded':
      return withMember(event.data, (order) =>
        refundPoints(work, order, { refunded: 0, captured: 0, isWhole: true }),
      );
    case 'payment.refunded': {
      const { refunded, captured, isFull } = moneyOfRefund(event.data);
      // Whether a payment that went back whole was the one that paid for the order, `order.refunded` says.
      if (isFull) return;
      return withMember(event.data, (order) =>
        refundPoints(work, order, { refunded, captured, isWhole: false }),
      );
    }
    case 'payment.dispute-closed': {
      const { loss } = event.data;
      if (loss === undefined) return;
      return withMember(event.data, (order) =>
        refundPoints(work, order, { ...moneyOfLoss(loss), isWhole: false }),
      );
    }
    default:
  }
}

interface MemberOrder {
  readonly customerId: string;
  readonly orderId: string;
}

/** Null for an order of a guest without an account, who has no points. */
function ofMember({ customerId, orderId }: Pick<OrderRef, 'customerId' | 'orderId'>): MemberOrder | null {
  return customerId === null ? null : { customerId, orderId };
}

async function withMember(
  data: Pick<OrderRef, 'customerId' | 'orderId'>,
  change: (order: MemberOrder) => Promise<void>,
): Promise<void> {
  const order = ofMember(data);
  if (order !== null) await change(order);
}
