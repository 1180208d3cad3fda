/** Xendit's callbacks: the account's token in a header says who sends them, `webhook-id` which one it is. */
import { z } from 'zod';
import { type Callback, ForgedCallback, MalformedCallback, type RawCallback } from '../provider.js';
import { isSameSecret } from '../secrets.js';

const id = z.string().max(64);
const currency = z.string().max(8).nullish();

const walletCharge = z
  .object({
    event: z.literal('ewallet.capture'),
    data: z.object({ id, reference_id: id, charge_amount: z.number().int(), currency }),
  })
  .transform(({ data }) => ({
    paymentId: data.reference_id,
    transactionId: data.id,
    amount: data.charge_amount,
    currency: data.currency ?? null,
  }));

const walletRefund = z
  .object({ event: z.literal('ewallet.refund'), data: z.object({ id, charge_id: id }) })
  .transform(({ data }) => ({ ...UNSAID, transactionId: data.charge_id }));

const requestedPayment = z
  .object({
    event: z.enum(['payment.succeeded', 'payment.failed']),
    data: z.object({ payment_request_id: id, reference_id: id, amount: z.number().int(), currency }),
  })
  .transform(({ data }) => ({
    paymentId: data.reference_id,
    transactionId: data.payment_request_id,
    amount: data.amount,
    currency: data.currency ?? null,
  }));

const requestedRefund = z
  .object({
    event: z.enum(['refund.succeeded', 'refund.failed']),
    data: z.object({ payment_request_id: id }),
  })
  .transform(({ data }) => ({ ...UNSAID, transactionId: data.payment_request_id }));

/** A refund's callback names the refund's amount, and the charge by Xendit's id alone. */
const UNSAID = { paymentId: null, amount: null, currency: null };

const callbackSchema = z.union([walletCharge, walletRefund, requestedPayment, requestedRefund]);
const eventIdSchema = z.string().min(1).max(128);

export function readCallback({ headers, body }: RawCallback, callbackToken: string): Callback {
  const token = headers['x-callback-token'];
  if (typeof token !== 'string' || !isSameSecret(token, callbackToken)) {
    throw new ForgedCallback('The token is wrong');
  }
  try {
    const eventId = eventIdSchema.parse(headers['webhook-id']);
    return { eventId, ...callbackSchema.parse(JSON.parse(body)) };
  } catch {
    throw new MalformedCallback('Not a callback of Xendit');
  }
}
