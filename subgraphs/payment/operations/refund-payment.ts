/** `refundPayment`: gives back all or part of what was captured, for staff of the outlet. */
import { z } from 'zod';
import { recordChange } from '../../../platform/events/record-change.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { idempotentRequest, writeOnce } from '../../../platform/kit/idempotency.js';
import { parseInput } from '../../../platform/kit/input.js';
import type { Context } from '../context.js';
import { type Payment, type Refund, recordedState } from '../domain/records.js';
import { findPaymentById } from '../store/unscoped-payments.js';
import { amount, reason } from './input.js';
import { beginRefund } from './record-refund.js';
import { requirePayment } from './require-payment.js';

const schema = z.object({ paymentId: z.string(), amount, reason, idempotencyKey: z.string() });

export type RefundPaymentInput = z.input<typeof schema>;

export async function refundPayment(
  { database, refunds, keyedMutex, identity, origin, cause }: Context,
  given: RefundPaymentInput,
): Promise<{ payment: Payment; refund: Refund }> {
  const scope = scopeFor(identity, 'payments:refund');
  await requirePayment(database, scope, given.paymentId);
  const { idempotencyKey, ...input } = parseInput(schema, given);
  const request = idempotentRequest('refundPayment', identity.customerId ?? '', idempotencyKey, input);
  const refundId = newId('Refund');
  const id = await keyedMutex(input.paymentId, () =>
    database.work(cause, (work) =>
      writeOnce(work.tx, request, refundId, async () => {
        const { before, payment } = await beginRefund(work, { refundId, ...input });
        const { paymentId, ...refund } = input;
        recordChange(
          work,
          { identity, origin },
          {
            ...{ action: 'refundPayment', entity: { type: 'Payment', id: paymentId }, tenant: before },
            before: recordedState(before),
            after: { ...recordedState(payment), refundId, ...refund },
          },
        );
      }),
    ),
  );
  const refund = await refunds.settle(cause, { paymentId: input.paymentId, id });
  return { refund, payment: await findPaymentById(database, refund.paymentId) };
}
