/**
 * Xendit's callbacks. The account's token in a header proves the sender, and `webhook-id` identifies the event. Every
 * callback with the token is accepted; of the many events only those that settle a charge or a refund have a subject.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Callback, type CallbackSubject, ForgedCallback, type RawCallback } from '../provider.js';
import { isSameSecret } from '../secrets.js';

const envelopeSchema = z.object({ event: z.string().max(128), data: z.unknown() });

const id = z.string().min(1).max(255);
const amount = z.number().int();
const currency = z.string().max(8).nullish();

const walletCharge = z
  .object({ id, reference_id: id, charge_amount: amount, currency })
  .transform((data) => ({
    paymentId: data.reference_id,
    transactionId: data.id,
    amount: data.charge_amount,
    currency: data.currency ?? null,
  }));

const requestedPayment = z
  .object({ payment_request_id: id, reference_id: id, amount, currency })
  .transform((data) => ({
    paymentId: data.reference_id,
    transactionId: data.payment_request_id,
    amount: data.amount,
    currency: data.currency ?? null,
  }));

/** A refund's callback names the refund's amount, and the charge by Xendit's id alone. */
const UNNAMED = { paymentId: null, amount: null, currency: null };
const walletRefund = z
  .object({ charge_id: id })
  .transform((data) => ({ ...UNNAMED, transactionId: data.charge_id }));
const requestedRefund = z
  .object({ payment_request_id: id })
  .transform((data) => ({ ...UNNAMED, transactionId: data.payment_request_id }));

type SubjectReader = (data: unknown) => CallbackSubject | null;

const SUBJECTS: ReadonlyMap<string, SubjectReader> = new Map([
  ['ewallet.capture', reader('CHARGE', walletCharge)],
  ['ewallet.void', reader('REFUND', walletCharge)],
  ['ewallet.refund', reader('REFUND', walletRefund)],
  ['payment.succeeded', reader('CHARGE', requestedPayment)],
  ['payment.failed', reader('CHARGE', requestedPayment)],
  ['refund.succeeded', reader('REFUND', requestedRefund)],
  ['refund.failed', reader('REFUND', requestedRefund)],
]);

export function readCallback({ headers, body }: RawCallback, callbackToken: string): Callback {
  const token = headers['x-callback-token'];
  if (typeof token !== 'string' || !isSameSecret(token, callbackToken)) {
    throw new ForgedCallback('The token is wrong');
  }
  const envelope = envelopeSchema.safeParse(parse(body));
  const event = envelope.success ? envelope.data.event : 'unknown';
  const subject = envelope.success ? (SUBJECTS.get(event)?.(envelope.data.data) ?? null) : null;
  return { eventId: eventIdOf(headers['webhook-id'], body), event, subject };
}

/** Xendit leaves the header out of some of its older callbacks. */
function eventIdOf(header: string | string[] | undefined, body: string): string {
  const isUsable = typeof header === 'string' && header.length > 0 && header.length <= 128;
  return isUsable ? header : createHash('sha256').update(body).digest('hex');
}

function reader(
  concerns: CallbackSubject['concerns'],
  schema: z.ZodType<Omit<CallbackSubject, 'concerns'>>,
): SubjectReader {
  return (data) => {
    const subject = schema.safeParse(data);
    return subject.success ? { concerns, ...subject.data } : null;
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
