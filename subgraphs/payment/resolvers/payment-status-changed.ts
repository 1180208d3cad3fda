/**
 * `paymentStatusChanged`: the payment that counts as it stands, then every change of any payment of the order, each
 * version once and none older than what was sent.
 */
import { liveUpdates } from '../../../platform/bus/live-updates.js';
import { notFound } from '../../../platform/errors.js';
import { isId } from '../../../platform/ids.js';
import type { Context } from '../context.js';
import type { OrderCopy } from '../store/orders.js';
import { paymentsTopic } from '../store/payment-events.js';
import { findPayment, findPaymentsOfOrders } from '../store/payments.js';
import type { Payment } from '../store/records.js';
import { reaches } from '../store/tenancy.js';

const PATIENCE_MILLISECONDS = 3_000;

/** @throws NOT_FOUND for an order that does not exist and one that the caller may not see alike, and as late. */
export async function subscribeToPayments(
  orderId: string,
  context: Context,
): Promise<AsyncIterable<Payment>> {
  const { services, bus, reading } = context;
  const isSeen = (known: OrderCopy) => reaches(reading, known);
  const order = isId(orderId) ? await services.orders.wait(orderId, isSeen, PATIENCE_MILLISECONDS) : null;
  if (order === null || !isSeen(order)) throw notFound('Order');

  const sent = new Map<string, number>();
  function news(payment: Payment | null | undefined): Payment[] {
    if (!payment || payment.version <= (sent.get(payment.id) ?? 0)) return [];
    sent.set(payment.id, payment.version);
    return [payment];
  }

  return liveUpdates({
    bus,
    topic: paymentsTopic(orderId),
    async first() {
      const [present] = await findPaymentsOfOrders(services.database, reading, [orderId]);
      return news(present);
    },
    async next({ paymentId }) {
      return typeof paymentId === 'string'
        ? news(await findPayment(services.database, reading, paymentId))
        : [];
    },
  });
}
