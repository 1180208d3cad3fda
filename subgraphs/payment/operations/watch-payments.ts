/**
 * `paymentStatusChanged`: the payment that counts as it stands, then every change of any payment of the order, each version
 * once and none older than what was sent.
 */
import { liveUpdates } from '../../../platform/bus/live-updates.js';
import { notFound } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { isVisible } from '../../../platform/kit/tenant-scope.js';
import type { Context } from '../context.js';
import type { Payment } from '../domain/records.js';
import { paymentsTopic } from '../published.js';
import { findCountingPayments, findPayment } from '../store/payments.js';

/** @throws NOT_FOUND for an order that does not exist and one that the caller may not see alike, and as late. */
export async function watchPayments(
  { database, bus, orders, identity }: Context,
  orderId: string,
): Promise<AsyncIterable<Payment>> {
  const scope = scopeFor(identity, 'payments:read');
  const order = isId(orderId)
    ? await orders.wait(orderId, (known) => (isVisible(scope, known) ? 'ready' : 'hidden'))
    : null;
  if (order === null || !isVisible(scope, order)) throw notFound('Order');

  const sent = new Map<string, number>();
  function newerThanSent(payment: Payment | null | undefined): Payment[] {
    if (!payment || payment.version <= (sent.get(payment.id) ?? 0)) return [];
    sent.set(payment.id, payment.version);
    return [payment];
  }

  return liveUpdates({
    bus,
    topic: paymentsTopic(orderId),
    async first() {
      const [present] = await findCountingPayments(database, scope, [orderId]);
      return newerThanSent(present);
    },
    async next({ paymentId }) {
      return typeof paymentId === 'string'
        ? newerThanSent(await findPayment(database, scope, paymentId))
        : [];
    },
  });
}
