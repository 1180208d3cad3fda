/**
 * `paymentStatusChanged`: the payment that counts as it stands, then every change of any payment of the order, each
 * version once and none older than what was sent.
 */
import { notFound } from '../../../platform/errors.js';
import { isId } from '../../../platform/ids.js';
import type { Context } from '../context.js';
import { paymentsTopic } from '../store/payment-events.js';
import { findPayment, findPaymentsOfOrders } from '../store/payments.js';
import type { Payment } from '../store/records.js';
import { reaches } from '../store/tenancy.js';

const PATIENCE_MILLISECONDS = 3_000;

/** @throws NOT_FOUND for an order that does not exist or that the caller may not see. */
export async function subscribeToPayments(
  orderId: string,
  context: Context,
): Promise<AsyncIterable<Payment>> {
  const { services, bus, reading } = context;
  const order = isId(orderId) ? await services.orders.wait(orderId, () => true, PATIENCE_MILLISECONDS) : null;
  if (order === null || !reaches(reading, order)) throw notFound('Order');
  const messages = await bus.subscribe(paymentsTopic(orderId));
  const changes = changesOf(orderId, context, messages);
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => changes.next(),
      // The generator may be waiting for a message: it ends once there are no more.
      async return() {
        await messages.return?.();
        return changes.return();
      },
    }),
  };
}

async function* changesOf(
  orderId: string,
  { services: { database }, reading }: Context,
  messages: AsyncIterableIterator<Readonly<Record<string, unknown>>>,
): AsyncGenerator<Payment, void, void> {
  const sent = new Map<string, number>();
  const isNews = (payment: Payment) => (sent.get(payment.id) ?? 0) < payment.version;
  try {
    const [present] = await findPaymentsOfOrders(database, reading, [orderId]);
    if (present) {
      sent.set(present.id, present.version);
      yield present;
    }
    for await (const { paymentId, version } of messages) {
      if (typeof paymentId !== 'string' || typeof version !== 'number') continue;
      if ((sent.get(paymentId) ?? 0) >= version) continue;
      const payment = await findPayment(database, reading, paymentId);
      if (payment === null || !isNews(payment)) continue;
      sent.set(payment.id, payment.version);
      yield payment;
    }
  } finally {
    await messages.return?.();
  }
}
