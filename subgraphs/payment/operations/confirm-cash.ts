/** Staff of the outlet say that the guest's cash is in the drawer. Saying it again changes nothing. */
import { notFound } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { recordCash } from '../store/charge-changes.js';
import { findCoveredPayment } from '../store/payments.js';
import type { Payment } from '../store/records.js';
import type { Caller, Services } from './services.js';

export async function confirmCash(
  { database }: Services,
  { identity, cause }: Caller,
  paymentId: string,
): Promise<Payment> {
  const scope = scopeFor(identity, 'payments:confirm');
  const payment = await findCoveredPayment(database, scope, paymentId);
  if (payment === null) throw notFound('Payment');
  if (payment.method === 'CASH' && payment.paidAt !== null) return payment;
  return database.work(cause, (work) => recordCash(work, paymentId));
}
