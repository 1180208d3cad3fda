/**
 * `cancelPayment`: its guest, or staff of the outlet, no longer want a payment that is under way, as when another method is chosen. It is
 * ended at the provider where that can be done. Money that comes all the same counts for the order while it is owed, and goes back else.
 */
import { notFound, UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import type { Context } from '../context.js';
import { type Payment, recordedState } from '../domain/records.js';
import { findPayment, lockPayment } from '../store/payments.js';
import { changePayment } from './change-payment.js';

const CANCELLED = 'Cancelled';

/** Repeating it changes nothing. @throws UserFault INVALID_STATE when it is no longer under way. */
export async function cancelPayment(context: Context, paymentId: string): Promise<Payment> {
  const { database, ownDatabase, charges, identity, cause } = context;
  const scope = scopeFor(identity, 'payments:confirm');
  const payment = await findPayment(database, scope, paymentId);
  if (payment === null) throw notFound('Payment');
  // A guest changes no rows of payments by the database's rules: it was seen to be their own.
  const { work } = covers(scope, payment) ? database : ownDatabase;
  const cancelled = await work(cause, async (unit) => {
    const { payment: locked } = await lockPayment(unit.tx, paymentId);
    if (locked.status === 'FAILED' && locked.failureReason === CANCELLED) return locked;
    if (locked.status !== 'PENDING') {
      throw UserFault.of('INVALID_STATE', 'This payment is no longer under way', ['paymentId']);
    }
    const changed = await changePayment(unit, locked, {
      ...{ status: 'FAILED', failureReason: CANCELLED, version: locked.version + 1 },
      nextCheckAt: locked.provider === 'CASH' ? null : new Date(),
    });
    if (locked.customerId !== identity.customerId) {
      recordChange(unit, context, {
        ...{ action: 'cancelPayment', entity: { type: 'Payment', id: paymentId }, tenant: locked },
        ...{ before: recordedState(locked), after: recordedState(changed) },
      });
    }
    return changed;
  });
  return cancelled.nextCheckAt === null ? cancelled : charges.settle(cause, paymentId);
}
