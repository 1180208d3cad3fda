/** The simulated Xendit's record of a charge, and how its APIs show it. */
import { z } from 'zod';

const refundSchema = z.object({
  id: z.string(),
  idempotencyKey: z.string(),
  amount: z.number().int().positive(),
  status: z.enum(['PENDING', 'SUCCEEDED', 'FAILED']),
  /** The merchant's own id of it, where the request carried one. */
  referenceId: z.string().nullable().default(null),
  reason: z.string().nullable().default(null),
});

export const chargeSchema = z.object({
  /** Made of the idempotency key. */
  id: z.string(),
  referenceId: z.string(),
  channelCode: z.enum(['ID_OVO', 'ID_DANA', 'QRIS']),
  amount: z.number().int().positive(),
  status: z.enum(['PENDING', 'SUCCEEDED', 'FAILED', 'VOIDED']),
  at: z.string(),
  refunds: z.array(refundSchema),
});

export type Charge = z.infer<typeof chargeSchema>;
export type Refund = z.infer<typeof refundSchema>;

export function viewOf(charge: Charge): object {
  return isCode(charge) ? codeViewOf(charge) : walletViewOf(charge);
}

export function captureEventOf(charge: Charge): string {
  if (!isCode(charge)) return 'ewallet.capture';
  return charge.status === 'SUCCEEDED' ? 'payment.succeeded' : 'payment.failed';
}

/** A payment request's callback is about the payment that was made for it. */
export function captureViewOf(charge: Charge): object {
  if (!isCode(charge)) return viewOf(charge);
  const { id, ...view } = codeViewOf(charge);
  return { ...view, id: `py-${id}`, payment_request_id: id };
}

export function refundEventOf(charge: Charge, { status }: Refund): string {
  if (!isCode(charge)) return 'ewallet.refund';
  return status === 'SUCCEEDED' ? 'refund.succeeded' : 'refund.failed';
}

export function refundViewOf(charge: Charge, { id, amount, status, referenceId, reason }: Refund): object {
  const refund = {
    id,
    status,
    currency: 'IDR',
    reason,
    failure_code: status === 'FAILED' ? 'ISSUER_UNAVAILABLE' : null,
  };
  return isCode(charge)
    ? { ...refund, payment_request_id: charge.id, reference_id: referenceId, amount }
    : { ...refund, charge_id: charge.id, capture_amount: charge.amount, refund_amount: amount };
}

export function isCode({ channelCode }: Charge): boolean {
  return channelCode === 'QRIS';
}

export function transactionViewOf(charge: Charge): object {
  const { id, referenceId, channelCode, amount, at } = charge;
  return {
    id: `txn_${id}`,
    product_id: id,
    type: 'PAYMENT',
    status: 'SUCCESS',
    channel_category: isCode(charge) ? 'QR_CODE' : 'EWALLET',
    channel_code: channelCode,
    reference_id: referenceId,
    account_identifier: null,
    currency: 'IDR',
    amount,
    cashflow: 'MONEY_IN',
    settlement_status: 'PENDING',
    business_id: 'simulated',
    created: at,
    updated: at,
  };
}

function walletViewOf({ id, referenceId, channelCode, amount, status, at }: Charge) {
  const page = channelCode === 'ID_DANA' ? `https://simulator.xendit.test/${id}` : null;
  return {
    id,
    business_id: 'simulated',
    reference_id: referenceId,
    status,
    currency: 'IDR',
    charge_amount: amount,
    capture_amount: amount,
    checkout_method: 'ONE_TIME_PAYMENT',
    channel_code: channelCode,
    actions: page && { desktop_web_checkout_url: page, mobile_web_checkout_url: page },
    failure_code: failureOf(status),
    created: at,
  };
}

function codeViewOf({ id, referenceId, amount, status, at }: Charge) {
  return {
    id,
    business_id: 'simulated',
    reference_id: referenceId,
    status,
    currency: 'IDR',
    country: 'ID',
    amount,
    payment_method: {
      type: 'QR_CODE',
      reusability: 'ONE_TIME_USE',
      qr_code: { channel_code: 'QRIS', channel_properties: { qr_string: `00020101021226SIMULATED${id}` } },
    },
    failure_code: failureOf(status),
    created: at,
  };
}

function failureOf(status: Charge['status']): string | null {
  return status === 'FAILED' ? 'USER_DECLINED_PAYMENT' : null;
}
