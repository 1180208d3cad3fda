/** `confirmCashPayment`: staff of the outlet confirm that the guest's cash is in the drawer. Repeating it changes nothing. */
import { UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import type { Context } from '../context.js';
import { isVoided } from '../domain/order-status.js';
import { type Payment, recordedState } from '../domain/records.js';
import { lockPayment } from '../store/payments.js';
import { recordCapture } from './record-charge.js';
import { requirePayment } from './require-payment.js';

export async function confirmCashPayment(
  { database, identity, origin, cause }: Context,
  paymentId: string,
): Promise<Payment> {
  const scope = scopeFor(identity, 'payments:confirm');
  const payment = await requirePayment(database, scope, paymentId);
  if (payment.method === 'CASH' && payment.paidAt !== null) return payment;
  return database.work(cause, async (work) => {
    const { order, payment: locked } = await lockPayment(work.tx, paymentId);
    if (locked.method === 'CASH' && locked.paidAt !== null) return locked;
    if (locked.method !== 'CASH' || locked.status !== 'PENDING' || isVoided(order.status)) {
      throw UserFault.of('INVALID_STATE', 'This payment does not wait for cash', ['paymentId']);
    }
    const captured = await recordCapture(work, order, locked, null);
    recordChange(
      work,
      { identity, origin },
      {
        ...{ action: 'confirmCashPayment', entity: { type: 'Payment', id: paymentId }, tenant: locked },
        ...{ before: recordedState(locked), after: recordedState(captured) },
      },
    );
    return captured;
  });
}
