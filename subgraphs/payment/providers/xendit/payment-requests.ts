/** Xendit's payment requests for QRIS, and its refunds of them. */
import { z } from 'zod';
import { CURRENCY } from '../../../../platform/money.js';
import type { JsonApi } from '../json-api.js';
import type { Charge, ProviderProduct } from '../provider.js';
import { findRefundPages, readFound, readFoundRefund, readMade, readMadeRefund } from './answers.js';

const requestSchema = z.object({
  id: z.string(),
  reference_id: z.string(),
  status: z.enum(['PENDING', 'REQUIRES_ACTION', 'SUCCEEDED', 'FAILED', 'CANCELED', 'EXPIRED']),
  amount: z.number().int(),
  currency: z.string(),
  failure_code: z.string().nullish(),
  payment_method: z.object({
    qr_code: z.object({ channel_properties: z.object({ qr_string: z.string().nullish() }).nullish() }),
  }),
});

const requestsSchema = z.object({ data: z.array(requestSchema) });

const CHARGE_STATUSES = {
  PENDING: 'PENDING',
  REQUIRES_ACTION: 'PENDING',
  SUCCEEDED: 'PAID',
  FAILED: 'FAILED',
  CANCELED: 'FAILED',
  EXPIRED: 'FAILED',
} as const satisfies Record<z.infer<typeof requestSchema>['status'], Charge['status']>;

export function paymentRequests(api: JsonApi): ProviderProduct {
  return {
    async charge({ paymentId, amount }) {
      const answer = await api({
        method: 'POST',
        path: '/payment_requests',
        body: {
          reference_id: paymentId,
          currency: CURRENCY,
          country: 'ID',
          amount,
          payment_method: {
            type: 'QR_CODE',
            reusability: 'ONE_TIME_USE',
            reference_id: paymentId,
            qr_code: { channel_code: 'QRIS' },
          },
        },
        headers: { 'idempotency-key': paymentId },
      });
      return chargeOf(readMade(answer, requestSchema));
    },
    async findCharge({ paymentId, transactionId }) {
      if (transactionId === null) {
        const query = new URLSearchParams({ reference_id: paymentId });
        const answer = await api({ method: 'GET', path: `/payment_requests?${query}` });
        const [made] = readFound(answer, requestsSchema)?.data ?? [];
        return made ? chargeOf(made) : null;
      }
      const answer = await api({
        method: 'GET',
        path: `/payment_requests/${encodeURIComponent(transactionId)}`,
      });
      const request = readFound(answer, requestSchema);
      return request && chargeOf(request);
    },
    async refund({ refundId, chargeId, transactionId, amount }) {
      if (transactionId !== null) {
        return readFoundRefund(
          await api({ method: 'GET', path: `/refunds/${encodeURIComponent(transactionId)}` }),
        );
      }
      const answer = await api({
        method: 'POST',
        path: '/refunds',
        body: {
          payment_request_id: chargeId,
          reference_id: refundId,
          currency: CURRENCY,
          amount,
          reason: 'REQUESTED_BY_CUSTOMER',
        },
        headers: { 'idempotency-key': refundId },
      });
      return readMadeRefund(answer);
    },
    findRefunds({ transactionId }) {
      return findRefundPages(api, `/refunds?payment_request_id=${encodeURIComponent(transactionId)}&`);
    },
  };
}

function chargeOf(request: z.infer<typeof requestSchema>): Charge {
  const status = CHARGE_STATUSES[request.status];
  return {
    status,
    paymentId: request.reference_id,
    transactionId: request.id,
    amount: request.amount,
    currency: request.currency,
    redirectUrl: null,
    qrCode: request.payment_method.qr_code.channel_properties?.qr_string ?? null,
    failureReason: status === 'FAILED' ? (request.failure_code ?? request.status) : null,
  };
}
