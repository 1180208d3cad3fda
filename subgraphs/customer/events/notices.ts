/** The words of a notification for each event, and whom it is for. */
import type { AnyEvent, EventType } from '../../../platform/events/envelope.js';
import type { EventData, OrderRef, PaymentRef } from '../../../platform/events/event-types.js';
import type { Notice } from '../domain/notice.js';

export const NOTIFYING_EVENTS: readonly EventType[] = [
  'order.awaiting-payment',
  'order.rejected',
  'order.cancelled',
  'order.paid',
  'order.preparing',
  'order.ready',
  'order.completed',
  'order.step-undone',
  'order.lines-remade',
  'order.substitution-changed',
  'order.refunded',
  'payment.failed',
  'payment.refunded',
  'payment.dispute-opened',
  'payment.dispute-closed',
  'stock.low',
  'stock.expiring',
  'stock.at-risk',
];

/** Null for events that notify no one. */
export function noticeOf({ type, data }: AnyEvent): Notice | null {
  switch (type) {
    case 'order.awaiting-payment':
      return ofOrder(data, `Order ${data.number} is reserved`, `Please pay ${rupiahText(data.total)}.`);
    case 'order.rejected':
      return ofOrder(data, `Order ${data.number} cannot be made`, rejectionText(data));
    case 'order.cancelled':
      return ofOrder(data, `Order ${data.number} is cancelled`, data.reason);
    case 'order.paid':
      return ofOrder(data, `Order ${data.number} is paid`, `${rupiahText(data.total)} received.`);
    case 'order.preparing':
      return ofOrder(data, `Order ${data.number} is being made`, 'It will be ready soon.');
    case 'order.ready':
      return ofOrder(data, `Order ${data.number} is ready`, 'Pick it up at the counter.');
    case 'order.completed':
      return ofOrder(data, `Order ${data.number} is complete`, 'Enjoy!');
    case 'order.step-undone':
      return data.undone === 'READY'
        ? ofOrder(data, `Order ${data.number} is not ready yet`, 'We are sorry: it is still being made.')
        : null;
    case 'order.lines-remade':
      return ofOrder(
        data,
        `Order ${data.number} is being made again`,
        'We are sorry. It will be ready soon.',
      );
    case 'order.substitution-changed':
      return substitution(data);
    case 'order.refunded':
      return ofOrder(data, `Order ${data.number} is refunded`, `${rupiahText(data.total)} goes back to you.`);
    case 'payment.failed':
      return ofPayment(data, 'Your payment did not go through', data.reason);
    case 'payment.refunded':
      return ofPayment(data, 'Your refund is on its way', `${rupiahText(data.amount)} goes back to you.`);
    case 'payment.dispute-opened':
      return ofDispute(data, `A payment of ${rupiahText(data.amount)} is disputed`, data.reason);
    case 'payment.dispute-closed':
      return data.outcome === 'WON'
        ? ofDispute(data, 'A dispute is won', `${rupiahText(data.amount)} comes back.`)
        : ofDispute(data, 'A dispute is lost', `${rupiahText(data.amount)} is gone.`);
    case 'stock.low':
      return lowStock(data);
    case 'stock.at-risk':
      return atRisk(data);
    case 'stock.expiring':
      return expiring(data);
    default:
      return null;
  }
}

/** Null for what its guest has just said, or waits for. */
function substitution(data: EventData['order.substitution-changed']): Notice | null {
  const { number, name, status } = data;
  switch (status) {
    case 'OFFERED': {
      const question = `We are sorry. Would you take ${name} in its place, for the same price?`;
      return ofOrder(data, `Something of order ${number} has run out`, question);
    }
    case 'TAKEN':
      return ofOrder(data, `Order ${number} is changed`, `We make ${name}.`);
    case 'FAILED':
      return ofOrder(data, `Order ${number} is as it was`, `${name} has run out, too.`);
    case 'ACCEPTED':
      return null;
  }
}

/** Names what the guest chose, not what the kitchen lacks for it. */
function rejectionText({ reason, soldOut = [] }: EventData['order.rejected']): string {
  const names = [...new Set(soldOut.map(({ name }) => name))];
  return names.length === 0 ? reason : `Sold out: ${names.join(', ')}.`;
}

type Purchase = Pick<OrderRef, 'customerId' | 'orderId' | 'outletId'>;

/** Guests without an account are notified by the counter alone. */
function ofOrder({ customerId, orderId, outletId }: Purchase, title: string, body: string): Notice | null {
  if (customerId === null) return null;
  return { audience: { customerId }, kind: 'ORDER_STATUS', title, body, orderId, outletId };
}

function ofPayment({ customerId, orderId, outletId }: Purchase, title: string, body: string): Notice | null {
  if (customerId === null) return null;
  return { audience: { customerId }, kind: 'PAYMENT', title, body, orderId, outletId };
}

/** For staff: what passes between the outlet and a bank is not the customer's to read. */
function ofDispute({ orderId, outletId, franchiseId }: PaymentRef, title: string, body: string): Notice {
  return { audience: { outletId, franchiseId }, kind: 'PAYMENT', title, body, orderId, outletId };
}

function lowStock(data: EventData['stock.low']): Notice {
  const { outletId, franchiseId, ingredientName, available, reorderPoint } = data;
  return {
    audience: { outletId, franchiseId },
    kind: 'LOW_STOCK',
    title: `${ingredientName} is running low`,
    body: `${available} left, reorder point ${reorderPoint}.`,
    orderId: null,
    outletId,
  };
}

function expiring(data: EventData['stock.expiring']): Notice {
  const { outletId, franchiseId, ingredientName, bestBefore, daysLeft, quantity } = data;
  return {
    audience: { outletId, franchiseId },
    kind: 'EXPIRING_STOCK',
    title: daysLeft < 0 ? `${ingredientName} has expired` : `${ingredientName} expires soon`,
    body: `${quantity} left, good until ${bestBefore}.`,
    orderId: null,
    outletId,
  };
}

function atRisk({ outletId, franchiseId, ingredientName, orderIds }: EventData['stock.at-risk']): Notice {
  return {
    audience: { outletId, franchiseId },
    kind: 'ORDER_AT_RISK',
    title: `${ingredientName} no longer covers what is reserved`,
    body: orderIds.length === 1 ? 'One order is at risk.' : `${orderIds.length} orders are at risk.`,
    orderId: orderIds[0] ?? null,
    outletId,
  };
}

/** As Indonesia writes it: Rp 25.000. */
function rupiahText(amount: number): string {
  return `Rp ${String(amount).replaceAll(/\B(?=(\d{3})+$)/g, '.')}`;
}
