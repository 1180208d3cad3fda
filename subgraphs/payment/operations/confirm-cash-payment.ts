/**
 * `confirmCashPayment`: staff of the outlet confirm that the guest's cash is in the drawer, and may say what the guest gave. Repeating it
 * changes nothing.
 */
import { z } from 'zod';
import { UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { callerOf, scopeFor } from '../../../platform/identity/identity.js';
import { parseInput } from '../../../platform/kit/input.js';
import type { Context } from '../context.js';
import { isVoided } from '../domain/order-status.js';
import { type Payment, recordedState } from '../domain/records.js';
import { lockPayment } from '../store/payments.js';
import { insertCashCaptured } from '../store/tills.js';
import { requireTendered } from './begin-payment.js';
import { changePayment } from './change-payment.js';
import { amount } from './input.js';
import { recordCapture } from './record-charge.js';
import { requirePayment } from './require-payment.js';

const schema = z.object({ tendered: amount.nullable() });

export async function confirmCashPayment(
  { database, identity, origin, cause }: Context,
  paymentId: string,
  given: number | null,
): Promise<Payment> {
  const scope = scopeFor(identity, 'payments:confirm');
  const payment = await requirePayment(database, scope, paymentId);
  const { tendered } = parseInput(schema, { tendered: given });
  if (payment.method === 'CASH' && payment.paidAt !== null) return payment;
  return database.work(cause, async (work) => {
    const { order, payment: locked } = await lockPayment(work.tx, paymentId);
    if (locked.method === 'CASH' && locked.paidAt !== null) return locked;
    if (locked.method !== 'CASH' || locked.status !== 'PENDING' || isVoided(order.status)) {
      throw UserFault.of('INVALID_STATE', 'This payment does not wait for cash', ['paymentId']);
    }
    if (tendered !== null) requireTendered(tendered, locked.amount);
    const changed =
      tendered === null ? locked : await changePayment(work, locked, { version: locked.version, tendered });
    await insertCashCaptured(work.tx, changed, callerOf(identity));
    const captured = await recordCapture(work, order, changed, null);
    recordChange(
      work,
      { identity, origin },
      {
        ...{ action: 'confirmCashPayment', entity: { type: 'Payment', id: paymentId }, tenant: locked },
        before: { ...recordedState(locked), tendered: locked.tendered },
        after: { ...recordedState(captured), tendered: captured.tendered },
      },
    );
    return captured;
  });
}
