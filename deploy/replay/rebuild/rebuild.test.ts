import { describe, expect, it } from 'vitest';
import type { NewEvent } from '../../../platform/events/envelope.js';
import type { EventData, OrderRef } from '../../../platform/events/event-types.js';
import { newId } from '../../../platform/ids.js';
import type { HistoryEvent } from './history-event.js';
import { orderAfter } from './order.js';
import { paymentAfter } from './payment.js';
import { pointsOf } from './points.js';
import { reservationAfter } from './reservation.js';

const CUSTOMER = newId();
const ORDER: OrderRef = {
  ...{ orderId: newId(), number: 'A-1', customerId: CUSTOMER, outletId: newId(), franchiseId: newId() },
};
const PAYMENT = { ...ORDER, paymentId: newId() };

function published(event: NewEvent): HistoryEvent {
  return { id: newId(), occurredAt: '2026-11-29T08:00:00.000Z', ...event };
}

const ofOrder = { aggregateId: ORDER.orderId, aggregateVersion: 1 };
const placed = published({
  ...ofOrder,
  type: 'order.placed',
  data: { ...ORDER, total: 42_000, placedAt: '2026-11-29T08:00:00.000Z', lines: [], requirements: [] },
});
const paid = published({
  ...ofOrder,
  type: 'order.paid',
  data: { ...ORDER, paymentId: newId(), total: 42_000 },
});
const ready = published({ ...ofOrder, type: 'order.ready', data: ORDER });
const completed = published({
  ...{ ...ofOrder, aggregateVersion: 6, type: 'order.completed' },
  data: { ...ORDER, total: 42_000 },
});
const wholeRefund = published({ ...ofOrder, type: 'order.refunded', data: { ...ORDER, total: 42_000 } });

/** The completion of version 6 was undone. */
const undone = published({
  ...{ ...ofOrder, aggregateVersion: 7, type: 'order.step-undone' },
  data: { ...ORDER, undone: 'COMPLETED', status: 'READY' },
});
const completedAgain = { ...completed, aggregateVersion: 8 };

function refunded(refundedTotal: number): HistoryEvent {
  const data: EventData['payment.refunded'] = {
    ...PAYMENT,
    ...{ refundId: newId(), amount: refundedTotal, refundedTotal, capturedTotal: 42_000 },
    ...{ isFull: refundedTotal === 42_000, refundedAt: '2026-11-29T09:00:00.000Z' },
  };
  return published({ ...ofOrder, type: 'payment.refunded', data });
}
const captured = published({
  ...ofOrder,
  type: 'payment.captured',
  data: { ...PAYMENT, amount: 42_000, method: 'GOPAY', paidAt: '2026-11-29T08:00:00.000Z' },
});

const lost = published({
  ...ofOrder,
  type: 'payment.dispute-closed',
  data: {
    ...{ ...PAYMENT, disputeId: newId(), amount: 8_500, outcome: 'LOST' },
    loss: {
      ...{ refundedTotal: 2_000, lostTotal: 8_500, capturedTotal: 42_000 },
      lostAt: '2026-11-29T10:00:00.000Z',
    },
  },
});

const redemptionId = newId();
const use = { redemptionId, customerId: CUSTOMER };
const redeemed = published({
  ...ofOrder,
  type: 'reward.redeemed',
  data: { ...use, name: 'Potongan', amountOff: 5_000, points: 30 },
});
const voided = published({ ...ofOrder, type: 'reward.voided', data: use });
const applied = published({ ...ofOrder, type: 'order.reward-applied', data: { ...use, orderId: newId() } });
const returned = published({ ...ofOrder, type: 'order.reward-returned', data: { ...use, orderId: newId() } });

describe('an order', () => {
  it('has the status of its last event, and a version for each event', () => {
    expect([placed, paid, ready, completed].reduce(orderAfter, null)).toEqual({
      ...{ status: 'COMPLETED', version: 4, total: 42_000 },
      ...{ customerId: ORDER.customerId, outletId: ORDER.outletId },
    });
  });

  it('has again the status before a step that was undone', () => {
    expect([placed, paid, ready, completed, undone].reduce(orderAfter, null)).toMatchObject({
      ...{ status: 'READY', version: 5 },
    });
  });

  it('is not rebuilt without its beginning', () => {
    expect([paid, ready].reduce(orderAfter, null)).toBeNull();
  });
});

describe('a payment', () => {
  it('is what was captured, less the highest total of its refunds', () => {
    expect([captured].reduce(paymentAfter, null)).toEqual({ status: 'PAID', captured: 42_000, refunded: 0 });
    expect([captured, refunded(9_000), refunded(2_000)].reduce(paymentAfter, null)).toEqual({
      ...{ status: 'PARTIALLY_REFUNDED', captured: 42_000, refunded: 9_000 },
    });
    expect([captured, refunded(42_000)].reduce(paymentAfter, null)).toMatchObject({ status: 'REFUNDED' });
  });
});

describe('a reservation', () => {
  it('is the answer that the order got', () => {
    const data = { orderId: ORDER.orderId, outletId: ORDER.outletId };
    const reserved = published({ ...ofOrder, type: 'stock.reserved', data });
    const rejected = published({ ...ofOrder, type: 'stock.rejected', data: { ...data, shortages: [] } });
    expect(reservationAfter(null, reserved)).toBe('RESERVED');
    expect(reservationAfter(null, rejected)).toBe('REJECTED');
  });
});

describe('points', () => {
  it.each([
    ['are earned by a completed order', [completed], 42, 42],
    ['are not earned by a completion that was undone', [completed, undone], 0, 0],
    ['are earned by a completion after one that was undone', [completed, undone, completedAgain], 42, 42],
    ['are taken back in proportion', [completed, refunded(10_500)], 31, 31],
    [
      'are those of the highest total of refunds, even if it comes first',
      [refunded(10_500), refunded(2_000), completed],
      31,
      31,
    ],
    ['are taken back by a lost dispute as by a refund', [completed, refunded(2_000), lost], 31, 31],
    ['are all taken back when the order is refunded', [completed, refunded(42_000), wholeRefund], 0, 0],
    ['stay when a payment that did not pay for the order goes back', [completed, refunded(42_000)], 42, 42],
    ['are spent on a reward, which leaves the lifetime alone', [completed, redeemed], 12, 42],
    ['of a voided reward come back', [completed, redeemed, voided], 42, 42],
    [
      'of a reward that an order used before it was voided stay spent',
      [completed, redeemed, voided, applied],
      12,
      42,
    ],
    ['of a reward come back once with its order', [completed, redeemed, applied, returned, voided], 42, 42],
  ])('%s', (_title, events, points, lifetimePoints) => {
    expect(pointsOf(events)).toEqual({ points, lifetimePoints });
    expect(pointsOf(events.toReversed())).toEqual({ points, lifetimePoints });
  });

  it('are unknown where the cost of a reward is', () => {
    const old = published({
      ...ofOrder,
      type: 'reward.redeemed',
      data: { ...use, name: 'Potongan', amountOff: 5_000 },
    });
    expect(pointsOf([completed, old])).toBeNull();
  });
});
