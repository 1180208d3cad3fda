/** The payment that staff would change. */
import { notFound, UserFault } from '../../../platform/errors.js';
import type { Scope } from '../../../platform/identity/identity.js';
import type { Payment } from '../domain/records.js';
import type { PaymentDatabase } from '../store/database.js';
import { findCoveredPayment, findPayment } from '../store/payments.js';

/**
 * @throws NOT_FOUND for what does not exist and what the caller may not change alike.
 * @throws UserFault INVALID_STATE for an archived one, which never changes again.
 */
export async function requirePayment(
  database: Pick<PaymentDatabase, 'prisma' | 'pool'>,
  scope: Scope,
  paymentId: string,
): Promise<Payment> {
  const payment = await findCoveredPayment(database, scope, paymentId);
  if (payment !== null) return payment;
  const archived = await findPayment(database, { ...scope, customerId: null }, paymentId);
  if (archived === null) throw notFound('Payment');
  throw UserFault.of('INVALID_STATE', 'This payment is archived and can no longer be changed', ['paymentId']);
}
