/** Advances orders by the events of stock and payment. A batch of any size is one transaction of few statements. */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import type { CapturedMoney, OrderMoney } from '../../../platform/events/event-types.js';
import { groupedBy } from '../../../platform/kit/loaders.js';
import type { OrderTrigger } from '../domain/order-lifecycle.js';
import { REASONS } from '../domain/reasons.js';
import { type Rejection, rejectionOf } from '../domain/rejection.js';
import { advanceOrders, type OrderChange } from '../operations/advance-orders.js';
import type { Transaction } from '../store/database.js';
import type { MenuReadModel } from '../store/menu-read-model.js';
import { findLines } from '../store/order-details.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({ database, menu, rules, log }: ConsumerParts): Consumer {
  const name = 'order.saga';
  return {
    name,
    types: [
      'stock.reserved',
      'stock.rejected',
      'stock.reservation-withdrawn',
      'payment.captured',
      'payment.part-captured',
      'payment.refunded',
      'payment.dispute-closed',
    ],
    handle: idempotentBatch(
      database,
      name,
      async (events, work) => {
        const rejections = await rejectionsBy(events, work.tx, menu);
        await advanceOrders(
          rules,
          work,
          events.flatMap((event) => changeBy(event, rejections)),
        );
      },
      log,
    ),
  };
}

/** By order. One query, however many orders are rejected, and none where there are none. */
async function rejectionsBy(
  events: readonly AnyEvent[],
  tx: Transaction,
  menu: Pick<MenuReadModel, 'item'>,
): Promise<ReadonlyMap<string, Rejection>> {
  const rejected = events.flatMap((event) => (event.type === 'stock.rejected' ? [event.data] : []));
  if (rejected.length === 0) return new Map();
  const orderIds = rejected.map(({ orderId }) => orderId);
  const lines = groupedBy(orderIds, await findLines({ prisma: tx }, orderIds), ({ orderId }) => orderId);
  return new Map(
    rejected.map(({ orderId, shortages }, place) => [
      orderId,
      rejectionOf(lines[place] ?? [], shortages, (menuItemId) => menu.item(menuItemId)),
    ]),
  );
}

function changeBy(event: AnyEvent, rejections: ReadonlyMap<string, Rejection>): OrderChange[] {
  switch (event.type) {
    case 'stock.reserved':
      return [change(event, event.data.orderId, { type: 'stock-reserved' })];
    case 'stock.rejected': {
      const { orderId } = event.data;
      const rejection = rejections.get(orderId);
      const trigger = { type: 'stock-rejected', reason: REASONS.outOfStock } as const;
      return [change(event, orderId, rejection === undefined ? trigger : { ...trigger, rejection })];
    }
    case 'stock.reservation-withdrawn': {
      const trigger = { type: 'cancelled', by: 'manager', reason: REASONS.outOfStock } as const;
      return [change(event, event.data.orderId, trigger)];
    }
    case 'payment.captured': {
      const { orderId, paymentId } = event.data;
      return [{ ...change(event, orderId, { type: 'captured', paymentId }), ...captureOf(event.data) }];
    }
    case 'payment.part-captured': {
      const { orderId, paymentId } = event.data;
      return [{ ...change(event, orderId, { type: 'part-captured', paymentId }), ...captureOf(event.data) }];
    }
    case 'payment.refunded': {
      const {
        orderId,
        paymentId,
        refundedTotal,
        lostTotal = 0,
        isFull,
        refundedAt,
        ofOrder,
        tip = 0,
      } = event.data;
      const gone = ofOrder ?? { paymentId, goneTotal: refundedTotal + lostTotal, isFull };
      const trigger = { type: 'refunded', ...moneyGone(gone), isFull: gone.isFull } as const;
      return [{ ...change(event, orderId, trigger), at: new Date(refundedAt), tips: -tip }];
    }
    case 'payment.dispute-closed': {
      const { orderId, paymentId, loss } = event.data;
      if (loss === undefined) return [];
      const gone = loss.ofOrder ?? { paymentId, goneTotal: loss.refundedTotal + loss.lostTotal };
      const trigger = { type: 'dispute-lost', ...moneyGone(gone) } as const;
      return [{ ...change(event, orderId, trigger), at: new Date(loss.lostAt), tips: -(loss.tip ?? 0) }];
    }
    default:
      return [];
  }
}

function captureOf({ paidAt, method, tip = 0 }: CapturedMoney) {
  return { at: new Date(paidAt), method, tips: tip };
}

function moneyGone({ paymentId, goneTotal }: Pick<OrderMoney, 'paymentId' | 'goneTotal'>) {
  return { paymentId, goneTotal };
}

function change({ metadata }: AnyEvent, orderId: string, trigger: OrderTrigger): OrderChange {
  return { orderId, cause: metadata, trigger: () => trigger };
}
