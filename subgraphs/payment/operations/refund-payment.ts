/** Gives back all or part of what was captured, for staff of the outlet. */
import { z } from 'zod';
import { notFound } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { parseInput } from '../../../platform/input.js';
import { claimKey, idempotencyKey, once, requestKey } from '../store/idempotency.js';
import { findCoveredPayment } from '../store/payments.js';
import type { Payment, Refund } from '../store/records.js';
import { beginRefund } from '../store/refund-changes.js';
import { readPayment } from '../store/subjects.js';
import { amount, reason } from './input.js';
import type { Caller, Services } from './services.js';

const schema = z.object({
  paymentId: z.string(),
  amount,
  reason,
  idempotencyKey,
});

export type RefundPaymentInput = z.input<typeof schema>;

export async function refundPayment(
  { database, refunds, keyedMutex }: Services,
  { identity, cause }: Caller,
  given: RefundPaymentInput,
): Promise<{ payment: Payment; refund: Refund }> {
  const scope = scopeFor(identity, 'payments:refund');
  if ((await findCoveredPayment(database, scope, given.paymentId)) === null) throw notFound('Payment');
  const { idempotencyKey: key, ...input } = parseInput(schema, given);
  const request = requestKey('refundPayment', identity.customerId ?? '', key, input);

  const begin = () =>
    database.work(cause, async (work) => {
      const refundId = newId();
      await claimKey(work.tx, request, refundId);
      await beginRefund(work, { refundId, ...input });
      return refundId;
    });
  const { id } = await keyedMutex(input.paymentId, () => once(database, request, begin));
  const refund = await refunds.settle(cause, id);
  return { refund, payment: await readPayment(database, refund.paymentId) };
}
