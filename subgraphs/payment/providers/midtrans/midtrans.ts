/**
 * Midtrans Core API v2 for cards, GoPay and QRIS. Our payment's id is its `order_id`, which it accepts once, and our
 * refund's id its `refund_key`. A charge that exists is read instead of made again.
 */
import { z } from 'zod';
import { CURRENCY } from '../../../../platform/money.js';
import { isOutage, type JsonApi } from '../json-api.js';
import {
  type Charge,
  type ChargeReference,
  type ChargeRequest,
  type PaymentProvider,
  ProviderRefusal,
  ProviderUnavailable,
  type RefundRequest,
  type ReportedRefund,
} from '../provider.js';
import { readNotification } from './notification.js';
import { amountOf, chargeStatusOf, grossAmount, isChargedBack } from './status.js';

const action = z.object({ name: z.string(), url: z.string() });

const transactionSchema = z.object({
  transaction_id: z.string(),
  order_id: z.string(),
  gross_amount: grossAmount,
  currency: z.string().default(CURRENCY),
  transaction_status: z.string(),
  fraud_status: z.string().optional(),
  status_message: z.string().optional(),
  redirect_url: z.string().optional(),
  qr_string: z.string().optional(),
  actions: z.array(action).optional(),
  refunds: z
    .array(
      z.object({
        refund_chargeback_id: z.coerce.string(),
        refund_amount: grossAmount,
        /** Midtrans makes one up for a refund that was requested without. */
        refund_key: z.string().nullish(),
        reason: z.string().nullish(),
      }),
    )
    .optional(),
});

const answerSchema = z.object({ status_code: z.coerce.number(), status_message: z.string().optional() });

const refundSchema = z.object({ refund_chargeback_id: z.coerce.string().optional() });

/** `status_code` of the body, which counts whatever the status of the HTTP answer. */
const NOT_FOUND = 404;
const DUPLICATE_ORDER_ID = 406;
const NOT_IN_THIS_STATUS = 412;
const REFUNDABLE = ['settlement', 'partial_refund'];

export interface MidtransOptions {
  readonly api: JsonApi;
  readonly serverKey: string;
}

export function midtrans({ api, serverKey }: MidtransOptions): PaymentProvider {
  async function call(request: Parameters<JsonApi>[0]) {
    const { body } = await api(request);
    const answer = answerSchema.safeParse(body);
    if (!answer.success) throw new ProviderUnavailable('Midtrans answered in an unknown shape');
    const { status_code: code, status_message: message } = answer.data;
    if (isOutage(code)) throw new ProviderUnavailable(`Midtrans answered ${code}`);
    return { code, message: message ?? `status ${code}`, body };
  }

  async function findCharge({ paymentId }: Pick<ChargeReference, 'paymentId'>): Promise<Charge | null> {
    const transaction = await findTransaction(paymentId);
    return transaction === null ? null : chargeOf(transaction);
  }

  async function findTransaction(paymentId: string) {
    const { code, body } = await call({ method: 'GET', path: `/v2/${encodeURIComponent(paymentId)}/status` });
    return code === NOT_FOUND ? null : transactionOf(body);
  }

  return {
    name: 'MIDTRANS',
    findCharge,
    async charge(request) {
      const { code, message, body } = await call({
        method: 'POST',
        path: '/v2/charge',
        body: chargeBody(request),
      });
      if (code === DUPLICATE_ORDER_ID) {
        const charge = await findCharge(request).catch(asUnknown);
        if (charge === null) throw new ProviderUnavailable('Midtrans does not show the charge that it has');
        return charge;
      }
      // A denied charge answers 202 and is a transaction all the same.
      if (code >= 300) throw new ProviderRefusal(message);
      return chargeOf(transactionOf(body));
    },
    async cancel(reference) {
      const { code, body } = await call({
        method: 'POST',
        path: `/v2/${encodeURIComponent(reference.paymentId)}/cancel`,
      });
      // Paid, or ended, since it was looked up: it says how it stands.
      return code < 300 ? chargeOf(transactionOf(body)) : findCharge(reference);
    },
    async refund(request) {
      const { code, message, body } = await call({
        method: 'POST',
        path: `/v2/${encodeURIComponent(request.paymentId)}/refund`,
        body: { refund_key: request.refundId, amount: request.amount, reason: 'Refunded by the merchant' },
      });
      if (code < 300) {
        const { refund_chargeback_id: id } = refundSchema.parse(body);
        return { status: 'SUCCEEDED', transactionId: id ?? request.refundId, failureReason: null };
      }
      const transaction = await findTransaction(request.paymentId);
      const known = transaction?.refunds?.find(({ refund_key }) => refund_key === request.refundId);
      if (known) {
        return { status: 'SUCCEEDED', transactionId: known.refund_chargeback_id, failureReason: null };
      }
      if (code === NOT_IN_THIS_STATUS && transaction?.transaction_status === 'capture') {
        return giveBackUnsettled(request);
      }
      if (request.isWhole && transaction?.transaction_status === 'cancel') {
        return { status: 'SUCCEEDED', transactionId: transaction.transaction_id, failureReason: null };
      }
      if (code === NOT_IN_THIS_STATUS && REFUNDABLE.includes(transaction?.transaction_status ?? '')) {
        throw new ProviderUnavailable('Midtrans has settled the payment since');
      }
      throw new ProviderRefusal(message);
    },
    async findRefunds({ paymentId }) {
      const transaction = await findTransaction(paymentId);
      if (transaction === null)
        throw new ProviderUnavailable('Midtrans does not show the charge that it has');
      return refundsOf(transaction);
    },
    readCallback: (callback) => readNotification(callback, serverKey),
  };

  /** A captured card payment that is not settled yet can be cancelled whole; a part of it has to wait. */
  async function giveBackUnsettled({ paymentId, isWhole }: RefundRequest) {
    if (!isWhole) throw new ProviderUnavailable('Midtrans has not settled the payment yet');
    const { code, message, body } = await call({
      method: 'POST',
      path: `/v2/${encodeURIComponent(paymentId)}/cancel`,
    });
    if (code === NOT_IN_THIS_STATUS) throw new ProviderUnavailable('Midtrans settles the payment just now');
    if (code >= 300) throw new ProviderRefusal(message);
    const { transaction_id: transactionId } = transactionOf(body);
    return { status: 'SUCCEEDED' as const, transactionId, failureReason: null };
  }
}

function chargeBody({ paymentId, method, amount, channel }: ChargeRequest): object {
  const transaction = { transaction_details: { order_id: paymentId, gross_amount: amount } };
  switch (method) {
    case 'CARD':
      return {
        payment_type: 'credit_card',
        ...transaction,
        credit_card: { token_id: channel.cardToken, authentication: true },
      };
    case 'GOPAY':
      return { payment_type: 'gopay', ...transaction };
    case 'QRIS':
      return { payment_type: 'qris', ...transaction, qris: { acquirer: 'gopay' } };
    default:
      throw new ProviderRefusal(`Midtrans takes no ${method}`);
  }
}

/** Midtrans has the charge: a failed look-up does not mean that it was never made. */
function asUnknown(error: unknown): never {
  if (error instanceof ProviderUnavailable) throw new ProviderUnavailable(error.message, { cause: error });
  throw error;
}

function transactionOf(body: unknown): z.infer<typeof transactionSchema> {
  const transaction = transactionSchema.safeParse(body);
  if (!transaction.success) throw new ProviderUnavailable('Midtrans answered in an unknown shape');
  return transaction.data;
}

/** A cancelled transaction that was captured has gone back whole; Midtrans lists no refund of it. */
function refundsOf(transaction: z.infer<typeof transactionSchema>): ReportedRefund[] {
  if (transaction.transaction_status === 'cancel') {
    const { transaction_id: transactionId, gross_amount: gross } = transaction;
    const amount = amountOf(gross);
    return [{ status: 'SUCCEEDED', transactionId, key: null, amount, reason: 'Cancelled at Midtrans' }];
  }
  // A chargeback has no key: it is a dispute, which staff records.
  const refunds = isChargedBack(transaction.transaction_status)
    ? transaction.refunds?.filter(({ refund_key: key }) => key != null)
    : transaction.refunds;
  return (refunds ?? []).map((refund) => ({
    status: 'SUCCEEDED',
    transactionId: refund.refund_chargeback_id,
    key: refund.refund_key ?? null,
    amount: amountOf(refund.refund_amount),
    reason: refund.reason ?? null,
  }));
}

function chargeOf(transaction: z.infer<typeof transactionSchema>): Charge {
  const status = chargeStatusOf(transaction.transaction_status, transaction.fraud_status);
  const deeplink = transaction.actions?.find(({ name }) => name === 'deeplink-redirect')?.url;
  return {
    status,
    paymentId: transaction.order_id,
    transactionId: transaction.transaction_id,
    amount: amountOf(transaction.gross_amount),
    currency: transaction.currency,
    redirectUrl: transaction.redirect_url ?? deeplink ?? null,
    qrCode: transaction.qr_string ?? null,
    failureReason:
      status === 'FAILED' ? (transaction.status_message ?? transaction.transaction_status) : null,
  };
}
