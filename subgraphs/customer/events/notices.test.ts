import { expect, test } from 'vitest';
import { type AnyEvent, type NewEvent, newCause } from '../../../platform/events/envelope.js';
import { newId } from '../../../platform/ids.js';
import { NOTIFYING_EVENTS, noticeOf } from './notices.js';

const order = { orderId: 'o', number: 'A-17', customerId: 'c', outletId: 'menteng', franchiseId: 'f' };
const payment = { paymentId: 'p', orderId: 'o', customerId: 'c', outletId: 'menteng', franchiseId: 'f' };
const item = { stockItemId: 's', outletId: 'menteng', franchiseId: 'f', ingredientName: 'Boba' };
const refund = {
  refundId: 'r',
  amount: 1_234_567,
  refundedTotal: 1_234_567,
  capturedTotal: 1_234_567,
  isFull: true,
  refundedAt: '2026-11-28T08:00:00.000Z',
};

const dispute = { disputeId: 'd', amount: 25_000 };

const substitution = { menuItemId: 'j', name: 'Es Jeruk', orderStatus: 'PAID' } as const;

const about = { aggregateId: 'o', aggregateVersion: 1 };
const events: readonly NewEvent[] = [
  { type: 'order.awaiting-payment', ...about, data: { ...order, total: 25_000 } },
  { type: 'order.rejected', ...about, data: { ...order, reason: 'Out of boba' } },
  { type: 'order.cancelled', ...about, data: { ...order, reason: 'Changed my mind' } },
  { type: 'order.paid', ...about, data: { ...order, paymentId: 'p', total: 25_000 } },
  { type: 'order.preparing', ...about, data: order },
  { type: 'order.ready', ...about, data: order },
  { type: 'order.completed', ...about, data: { ...order, total: 25_000 } },
  {
    ...{ type: 'order.step-undone', ...about },
    data: { ...order, undone: 'READY', status: 'PREPARING' },
  },
  { type: 'order.lines-remade', ...about, data: { ...order, lines: [], requirements: [] } },
  { type: 'order.substitution-changed', ...about, data: { ...order, ...substitution, status: 'OFFERED' } },
  { type: 'order.refunded', ...about, data: { ...order, total: 999 } },
  { type: 'payment.failed', ...about, data: { ...payment, reason: 'Not enough balance' } },
  { type: 'payment.refunded', ...about, data: { ...payment, ...refund } },
  { type: 'payment.dispute-opened', ...about, data: { ...payment, ...dispute, reason: 'Never received' } },
  { type: 'payment.dispute-closed', ...about, data: { ...payment, ...dispute, outcome: 'LOST' } },
  { type: 'stock.low', ...about, data: { ...item, available: 3, reorderPoint: 9 } },
  { type: 'stock.expiring', ...about, data: { ...item, bestBefore: '2026-12-02', daysLeft: 2, quantity: 9 } },
  { type: 'stock.at-risk', ...about, data: { ...item, orderIds: ['o', 'q'] } },
];

test('every consumed event has its words and its audience', () => {
  expect(events.map(({ type }) => type)).toEqual(NOTIFYING_EVENTS);
  const notices = events.map((event) => noticeOf(enveloped(event)));
  expect(notices.map((notice) => notice && [notice.kind, notice.title, notice.body])).toEqual([
    ['ORDER_STATUS', 'Order A-17 is reserved', 'Please pay Rp 25.000.'],
    ['ORDER_STATUS', 'Order A-17 cannot be made', 'Out of boba'],
    ['ORDER_STATUS', 'Order A-17 is cancelled', 'Changed my mind'],
    ['ORDER_STATUS', 'Order A-17 is paid', 'Rp 25.000 received.'],
    ['ORDER_STATUS', 'Order A-17 is being made', 'It will be ready soon.'],
    ['ORDER_STATUS', 'Order A-17 is ready', 'Pick it up at the counter.'],
    ['ORDER_STATUS', 'Order A-17 is complete', 'Enjoy!'],
    ['ORDER_STATUS', 'Order A-17 is not ready yet', 'We are sorry: it is still being made.'],
    ['ORDER_STATUS', 'Order A-17 is being made again', 'We are sorry. It will be ready soon.'],
    [
      'ORDER_STATUS',
      'Something of order A-17 has run out',
      'We are sorry. Would you take Es Jeruk in its place, for the same price?',
    ],
    ['ORDER_STATUS', 'Order A-17 is refunded', 'Rp 999 goes back to you.'],
    ['PAYMENT', 'Your payment did not go through', 'Not enough balance'],
    ['PAYMENT', 'Your refund is on its way', 'Rp 1.234.567 goes back to you.'],
    ['PAYMENT', 'A payment of Rp 25.000 is disputed', 'Never received'],
    ['PAYMENT', 'A dispute is lost', 'Rp 25.000 is gone.'],
    ['LOW_STOCK', 'Boba is running low', '3 left, reorder point 9.'],
    ['EXPIRING_STOCK', 'Boba expires soon', '9 left, good until 2026-12-02.'],
    ['ORDER_AT_RISK', 'Boba no longer covers what is reserved', '2 orders are at risk.'],
  ]);
  expect(notices.map((notice) => notice?.audience)).toEqual([
    ...Array.from({ length: 13 }, () => ({ customerId: 'c' })),
    ...Array.from({ length: 5 }, () => ({ outletId: 'menteng', franchiseId: 'f' })),
  ]);
});

test('goods that are over are said to have expired', () => {
  const data = { ...item, bestBefore: '2026-11-28', daysLeft: -1, quantity: 9 };
  expect(noticeOf(enveloped({ type: 'stock.expiring', ...about, data }))).toMatchObject({
    title: 'Boba has expired',
    body: '9 left, good until 2026-11-28.',
  });
});

test('other events notify no one', () => {
  const data = { franchiseId: 'f', name: 'Kedai' };
  expect(noticeOf(enveloped({ type: 'franchise.changed', ...about, data }))).toBeNull();
});

function enveloped(event: NewEvent): AnyEvent {
  return {
    ...event,
    ...{
      id: newId(),
      version: 1,
      source: 'test',
      occurredAt: new Date().toISOString(),
      metadata: newCause(),
    },
  };
}

test('a rejected order’s notice names what the guest chose that ran out, each once', () => {
  const line = (name: string) => ({ menuItemId: newId(), name, ingredientIds: [newId()] });
  const soldOut = [line('Teh Tarik'), line('Kopi Susu'), line('Teh Tarik')];
  const data = { ...order, reason: 'Out of stock', soldOut };
  expect(noticeOf(enveloped({ type: 'order.rejected', ...about, data }))).toMatchObject({
    title: 'Order A-17 cannot be made',
    body: 'Sold out: Teh Tarik, Kopi Susu.',
  });
});
