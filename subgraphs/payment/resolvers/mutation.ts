/** `Mutation`. */
import { payloadOf, type UserError } from '../../../platform/errors.js';
import type { MutationResolvers } from '../../../schema/types/payment.js';
import type { Payment } from '../domain/records.js';
import { cancelPayment } from '../operations/cancel-payment.js';
import { confirmCashPayment } from '../operations/confirm-cash-payment.js';
import { closeDay } from '../operations/daily-close.js';
import { openDispute, resolveDispute, submitDisputeEvidence } from '../operations/disputes.js';
import { importSettlement } from '../operations/import-settlement.js';
import { payOrder } from '../operations/pay-order.js';
import { refundPayment } from '../operations/refund-payment.js';
import { closeTill, openTill, recordCash } from '../operations/tills.js';

export const Mutation: MutationResolvers = {
  async payOrder(_parent, { input }, context) {
    const payload = await payloadOf(async () => ({
      payment: await payOrder(context, input),
    }));
    return 'payment' in payload ? { ...payload, userErrors: declineOf(payload.payment) } : payload;
  },
  confirmCashPayment: (_parent, { paymentId, tendered }, context) =>
    payloadOf(async () => ({ payment: await confirmCashPayment(context, paymentId, tendered ?? null) })),
  cancelPayment: (_parent, { paymentId }, context) =>
    payloadOf(async () => ({ payment: await cancelPayment(context, paymentId) })),
  openTill: (_parent, { input }, context) =>
    payloadOf(async () => ({ till: await openTill(context, input) })),
  recordCash: (_parent, { input }, context) =>
    payloadOf(async () => ({ till: await recordCash(context, input) })),
  closeTill: (_parent, { input }, context) =>
    payloadOf(async () => ({
      till: await closeTill(context, { ...input, counted: input.counted.map((one) => ({ ...one })) }),
    })),
  dailyClose: (_parent, { outletId, day }, context) =>
    payloadOf(async () => ({ dailyClose: await closeDay(context, outletId, day) })),
  refundPayment: (_parent, { input }, context) => payloadOf(() => refundPayment(context, input)),
  openDispute: (_parent, { input }, context) =>
    payloadOf(async () => ({ dispute: await openDispute(context, input) })),
  submitDisputeEvidence: (_parent, { input }, context) =>
    payloadOf(async () => ({ dispute: await submitDisputeEvidence(context, input) })),
  importSettlement: (_parent, { input }, context) =>
    payloadOf(async () => ({ settlement: await importSettlement(context, input) })),
  resolveDispute: (_parent, { input }, context) =>
    payloadOf(async () => ({ dispute: await resolveDispute(context, input) })),
};

/** A declined payment is both an object that exists and a problem that the guest can solve. */
function declineOf({ status, failureReason }: Payment): UserError[] {
  if (status !== 'FAILED') return [];
  return [
    { code: 'PAYMENT_DECLINED', field: ['method'], message: `Declined: ${failureReason ?? 'no reason'}` },
  ];
}
