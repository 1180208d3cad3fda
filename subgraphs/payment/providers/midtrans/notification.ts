/**
 * Midtrans' HTTP notifications. The signature is SHA-512 over order id, status code, gross amount and server key: it does
 * not cover the transaction's status, so a notification only prompts a look-up and is never believed itself. Every
 * notification whose signature is right is accepted, those of Midtrans' own test button included; the ones about linked
 * accounts sign other fields.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Callback, type CallbackSubject, ForgedCallback, type RawCallback } from '../provider.js';
import { isSameSecret } from '../secrets.js';
import { amountOf, grossAmount } from './status.js';

const text = z.string().max(512);

const transactionNotification = z.looseObject({
  order_id: text,
  status_code: text,
  gross_amount: text,
  signature_key: text,
});

const accountNotification = z.looseObject({
  account_id: text,
  account_status: text,
  status_code: text,
  signature_key: text,
});

/** What a notification says beyond what is signed, as far as it is used. */
const subjectSchema = z.object({
  order_id: text,
  transaction_id: text,
  transaction_status: text,
  gross_amount: grossAmount,
  currency: z.string().max(8).nullish(),
});

const eventSchema = z.object({ transaction_id: text.optional(), transaction_status: text.optional() });

/** Statuses that give money back; the charge itself stays PAID. */
const REFUNDING = new Set(['cancel', 'refund', 'partial_refund', 'chargeback', 'partial_chargeback']);

export function readNotification({ body }: RawCallback, serverKey: string): Callback {
  const notification = parse(body);
  const transaction = transactionNotification.safeParse(notification);
  const account = accountNotification.safeParse(notification);
  const isAuthentic =
    (transaction.success && isSigned(transaction.data, signatureOf(transaction.data, serverKey))) ||
    (account.success && isSigned(account.data, accountSignatureOf(account.data, serverKey)));
  if (!isAuthentic) throw new ForgedCallback('The signature is wrong or missing');
  const { transaction_id: id = 'none', transaction_status: event = 'unknown' } =
    eventSchema.safeParse(notification).data ?? {};
  // Two refunds of one transaction have the same status; only their bodies differ.
  const digest = createHash('sha256').update(body).digest('hex');
  return { eventId: `${id.slice(0, 64)}:${digest}`, event, subject: subjectOf(notification) };
}

export function signatureOf(
  signed: { readonly order_id: string; readonly status_code: string; readonly gross_amount: string },
  serverKey: string,
): string {
  return sha512(signed.order_id + signed.status_code + signed.gross_amount + serverKey);
}

function accountSignatureOf(
  signed: { readonly account_id: string; readonly account_status: string; readonly status_code: string },
  serverKey: string,
): string {
  return sha512(signed.account_id + signed.account_status + signed.status_code + serverKey);
}

function isSigned({ signature_key }: { readonly signature_key: string }, expected: string): boolean {
  return isSameSecret(signature_key.toLowerCase(), expected);
}

function subjectOf(notification: unknown): CallbackSubject | null {
  const subject = subjectSchema.safeParse(notification);
  if (!subject.success) return null;
  const { order_id, transaction_id, transaction_status, gross_amount, currency } = subject.data;
  return {
    concerns: REFUNDING.has(transaction_status) ? 'REFUND' : 'CHARGE',
    paymentId: order_id,
    transactionId: transaction_id,
    amount: amountOf(gross_amount),
    currency: currency ?? null,
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new ForgedCallback('Not JSON');
  }
}

function sha512(text: string): string {
  return createHash('sha512').update(text).digest('hex');
}
