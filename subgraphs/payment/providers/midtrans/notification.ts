/**
 * Midtrans' HTTP notifications. The signature is SHA-512 over order id, status code, gross amount and server key: it does
 * not cover the transaction's status, so a notification is a reason to ask and never an answer.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Callback, ForgedCallback, MalformedCallback, type RawCallback } from '../provider.js';
import { isSameSecret } from '../secrets.js';
import { amountOf, grossAmount } from './status.js';

const notificationSchema = z.object({
  order_id: z.string().max(64),
  status_code: z.string().max(8),
  gross_amount: grossAmount,
  currency: z.string().max(8).nullish(),
  signature_key: z.string().max(256),
  transaction_id: z.string().max(64),
  transaction_status: z.string().max(32),
});

export function readNotification({ body }: RawCallback, serverKey: string): Callback {
  const notification = parse(body);
  const expected = signatureOf(notification, serverKey);
  if (!isSameSecret(notification.signature_key, expected)) throw new ForgedCallback('The signature is wrong');
  return {
    eventId: `${notification.transaction_id}:${notification.transaction_status}`,
    paymentId: notification.order_id,
    transactionId: notification.transaction_id,
    amount: amountOf(notification.gross_amount),
    currency: notification.currency ?? null,
  };
}

export function signatureOf(
  signed: { readonly order_id: string; readonly status_code: string; readonly gross_amount: string },
  serverKey: string,
): string {
  return createHash('sha512')
    .update(signed.order_id + signed.status_code + signed.gross_amount + serverKey)
    .digest('hex');
}

function parse(body: string): z.infer<typeof notificationSchema> {
  try {
    return notificationSchema.parse(JSON.parse(body));
  } catch {
    throw new MalformedCallback('Not a notification of Midtrans');
  }
}
