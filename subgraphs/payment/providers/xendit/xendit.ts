/**
 * Xendit's e-wallet charges for OVO and DANA. Our payment's id is the charge's `reference_id` and its idempotency key, our
 * refund's id the refund's. A charge can only be looked up by Xendit's own id.
 */
import { z } from 'zod';
import type { JsonAnswer, JsonApi } from '../json-api.js';
import {
  type Charge,
  type ChargeRequest,
  type PaymentProvider,
  type ProviderRefund,
  ProviderRefusal,
  ProviderUnavailable,
} from '../provider.js';
import { readCallback } from './callback.js';

const chargeSchema = z.object({
  id: z.string(),
  reference_id: z.string(),
  status: z.enum(['PENDING', 'SUCCEEDED', 'FAILED', 'VOIDED', 'REFUNDED']),
  charge_amount: z.number().int(),
  failure_code: z.string().nullish(),
  actions: z
    .object({
      desktop_web_checkout_url: z.string().nullish(),
      mobile_web_checkout_url: z.string().nullish(),
      mobile_deeplink_checkout_url: z.string().nullish(),
      qr_checkout_string: z.string().nullish(),
    })
    .nullish(),
});

const refundSchema = z.object({
  id: z.string(),
  status: z.enum(['PENDING', 'SUCCEEDED', 'FAILED']),
  failure_code: z.string().nullish(),
});

const refusalSchema = z.object({ error_code: z.string(), message: z.string().optional() });

const CHARGE_STATUSES = {
  PENDING: 'PENDING',
  SUCCEEDED: 'PAID',
  FAILED: 'FAILED',
  // Money that was taken stays PAID whatever was given back of it: refunds are known by their own rows.
  VOIDED: 'PAID',
  REFUNDED: 'PAID',
} as const satisfies Record<z.infer<typeof chargeSchema>['status'], Charge['status']>;

export interface XenditOptions {
  readonly api: JsonApi;
  readonly callbackToken: string;
  /** Where a wallet sends the guest when done. */
  readonly returnUrl: string;
}

export function xendit({ api, callbackToken, returnUrl }: XenditOptions): PaymentProvider {
  return {
    name: 'XENDIT',
    async charge(request) {
      const answer = await api({
        method: 'POST',
        path: '/ewallets/charges',
        body: chargeBody(request, returnUrl),
        headers: { 'idempotency-key': request.paymentId },
      });
      return chargeOf(answer);
    },
    async findCharge({ transactionId }) {
      if (transactionId === null) return null;
      const answer = await api({
        method: 'GET',
        path: `/ewallets/charges/${encodeURIComponent(transactionId)}`,
      });
      return answer.status === 404 ? null : chargeOf(answer);
    },
    async refund({ refundId, chargeId, transactionId, amount }) {
      const refunds = `/ewallets/charges/${encodeURIComponent(chargeId)}/refunds`;
      const answer =
        transactionId === null
          ? await api({
              method: 'POST',
              path: refunds,
              body: { amount, reason: 'REQUESTED_BY_CUSTOMER' },
              headers: { 'idempotency-key': refundId },
            })
          : await api({ method: 'GET', path: `${refunds}/${encodeURIComponent(transactionId)}` });
      return refundOf(answer);
    },
    readCallback: (callback) => readCallback(callback, callbackToken),
  };
}

function chargeBody({ paymentId, method, amount, channel }: ChargeRequest, returnUrl: string): object {
  const charge = {
    reference_id: paymentId,
    currency: 'IDR',
    amount,
    checkout_method: 'ONE_TIME_PAYMENT',
  };
  switch (method) {
    case 'OVO':
      return { ...charge, channel_code: 'ID_OVO', channel_properties: { mobile_number: channel.phone } };
    case 'DANA':
      return {
        ...charge,
        channel_code: 'ID_DANA',
        channel_properties: { success_redirect_url: returnUrl, failure_redirect_url: returnUrl },
      };
    default:
      throw new ProviderRefusal(`Xendit is not asked for ${method}`);
  }
}

function chargeOf(answer: JsonAnswer): Charge {
  const charge = read(answer, chargeSchema);
  return {
    status: CHARGE_STATUSES[charge.status],
    paymentId: charge.reference_id,
    transactionId: charge.id,
    amount: charge.charge_amount,
    redirectUrl:
      charge.actions?.mobile_deeplink_checkout_url ??
      charge.actions?.mobile_web_checkout_url ??
      charge.actions?.desktop_web_checkout_url ??
      null,
    qrCode: charge.actions?.qr_checkout_string ?? null,
    failureReason: charge.status === 'FAILED' ? (charge.failure_code ?? 'FAILED') : null,
  };
}

function refundOf(answer: JsonAnswer): ProviderRefund {
  const refund = read(answer, refundSchema);
  return {
    status: refund.status,
    transactionId: refund.id,
    failureReason: refund.status === 'FAILED' ? (refund.failure_code ?? 'FAILED') : null,
  };
}

function read<Shape>({ status, body }: JsonAnswer, schema: z.ZodType<Shape>): Shape {
  if (status >= 400) {
    const refusal = refusalSchema.safeParse(body);
    throw new ProviderRefusal(refusal.success ? refusal.data.error_code : `Xendit answered ${status}`);
  }
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new ProviderUnavailable('Xendit answered in a shape of its own');
  return parsed.data;
}
