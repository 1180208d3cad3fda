/** Xendit's e-wallet charges for OVO and DANA, and their refunds. */
import { z } from 'zod';
import { CURRENCY } from '../../../../platform/money.js';
import type { JsonApi } from '../json-api.js';
import {
  type Charge,
  type ChargeRequest,
  type ProviderProduct,
  ProviderRefusal,
  type ReportedRefund,
} from '../provider.js';
import { findRefundPages, readFound, readFoundRefund, readMade, readMadeRefund } from './answers.js';

const chargeSchema = z.object({
  id: z.string(),
  reference_id: z.string(),
  status: z.enum(['PENDING', 'SUCCEEDED', 'FAILED', 'VOIDED', 'REFUNDED']),
  charge_amount: z.number().int(),
  currency: z.string(),
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

const CHARGE_STATUSES = {
  PENDING: 'PENDING',
  SUCCEEDED: 'PAID',
  FAILED: 'FAILED',
  // Refunds have rows of their own: captured money stays PAID.
  VOIDED: 'PAID',
  REFUNDED: 'PAID',
} as const satisfies Record<z.infer<typeof chargeSchema>['status'], Charge['status']>;

const transactionsSchema = z.object({ data: z.array(z.object({ product_id: z.string() })) });

export function walletCharges(api: JsonApi, returnUrl: string): ProviderProduct {
  return {
    async charge(request) {
      const answer = await api({
        method: 'POST',
        path: '/ewallets/charges',
        body: chargeBody(request, returnUrl),
        headers: { 'idempotency-key': request.paymentId },
      });
      return chargeOf(readMade(answer, chargeSchema));
    },
    async findCharge({ paymentId, transactionId }) {
      const chargeId = transactionId ?? (await findPaidChargeId(api, paymentId));
      if (chargeId === null) return null;
      const answer = await api({ method: 'GET', path: `/ewallets/charges/${encodeURIComponent(chargeId)}` });
      const charge = readFound(answer, chargeSchema);
      return charge && chargeOf(charge);
    },
    async refund({ refundId, chargeId, transactionId, amount }) {
      const refunds = `/ewallets/charges/${encodeURIComponent(chargeId)}/refunds`;
      if (transactionId !== null) {
        return readFoundRefund(
          await api({ method: 'GET', path: `${refunds}/${encodeURIComponent(transactionId)}` }),
        );
      }
      const answer = await api({
        method: 'POST',
        path: refunds,
        body: { amount, reason: 'REQUESTED_BY_CUSTOMER' },
        headers: { 'idempotency-key': refundId },
      });
      return readMadeRefund(answer);
    },
    async findRefunds({ transactionId }) {
      const path = `/ewallets/charges/${encodeURIComponent(transactionId)}`;
      const [refunds, answer] = await Promise.all([
        findRefundPages(api, `${path}/refunds?`),
        api({ method: 'GET', path }),
      ]);
      const charge = readFound(answer, chargeSchema);
      return charge?.status === 'VOIDED' ? [...refunds, voidOf(charge)] : refunds;
    },
  };
}

/**
 * Xendit's id of a paid charge by ours, from its list of transactions; null while there is none.
 * @throws ProviderUnavailable also when the key may not read transactions.
 */
async function findPaidChargeId(api: JsonApi, paymentId: string): Promise<string | null> {
  const query = new URLSearchParams({ types: 'PAYMENT', statuses: 'SUCCESS', reference_id: paymentId });
  const answer = await api({ method: 'GET', path: `/transactions?${query}` });
  return readFound(answer, transactionsSchema)?.data[0]?.product_id ?? null;
}

/** A voided charge has gone back whole; Xendit lists no refund of it. */
function voidOf({ id, charge_amount: amount }: z.infer<typeof chargeSchema>): ReportedRefund {
  return { status: 'SUCCEEDED', transactionId: id, key: null, amount, reason: 'Voided at Xendit' };
}

function chargeBody({ paymentId, method, amount, channel }: ChargeRequest, returnUrl: string): object {
  const charge = {
    reference_id: paymentId,
    currency: CURRENCY,
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
      throw new ProviderRefusal(`Xendit takes no ${method}`);
  }
}

function chargeOf(charge: z.infer<typeof chargeSchema>): Charge {
  return {
    status: CHARGE_STATUSES[charge.status],
    paymentId: charge.reference_id,
    transactionId: charge.id,
    amount: charge.charge_amount,
    currency: charge.currency,
    redirectUrl:
      charge.actions?.mobile_deeplink_checkout_url ??
      charge.actions?.mobile_web_checkout_url ??
      charge.actions?.desktop_web_checkout_url ??
      null,
    qrCode: charge.actions?.qr_checkout_string ?? null,
    failureReason: charge.status === 'FAILED' ? (charge.failure_code ?? 'FAILED') : null,
  };
}
