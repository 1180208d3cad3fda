/** Staff of the outlet say that the guest's cash is in the drawer. Saying it again changes nothing. */
import { notFound } from '../../../platform/errors.js';
import { covers, scopeFor } from '../../../platform/identity/identity.js';
import { recordCash } from '../store/charging.js';
import { findPayment } from '../store/payments.js';
import type { Payment } from '../store/records.js';
import type { Caller, Services } from './services.js';

export async function confirmCash(
  { database }: Services,
  { identity, cause }: Caller,
  paymentId: string,
): Promise<Payment> {
  const scope = scopeFor(identity, 'payments:confirm');
  const payment = await findPayment(database, scope, paymentId);
  // One's own payment is not enough: the scope reaches it as a customer's too.
  if (payment === null || !covers(scope, payment)) throw notFound('Payment');
  if (payment.method === 'CASH' && payment.paidAt !== null) return payment;
  return database.work(cause, (work) => recordCash(work, paymentId));
}
