/**
 * Handles a provider's callback. It is never believed itself: its sender is authenticated, what it names is compared with
 * the database, and then the charge is looked up. Every authentic callback is accepted, whatever it is about; one that has
 * had its effect has none again.
 */
import { newCause } from '../../../platform/events/envelope.js';
import { CURRENCY } from '../../../platform/money.js';
import type { Services } from '../context.js';
import type { ProviderName } from '../domain/methods.js';
import { isCaptured } from '../domain/payment-state.js';
import type { Payment } from '../domain/records.js';
import { type CallbackSubject, ProviderUnavailable, type RawCallback } from '../providers/provider.js';
import { insertHandledCallback } from '../store/callbacks.js';
import { findCallbackPayment } from '../store/unscoped-payments.js';

/**
 * `ignored`: about nothing that is acted on. `unknown`: about no payment of ours. `mismatched`: its amount, currency or
 * transaction is not the payment's.
 */
export type CallbackOutcome = 'handled' | 'repeated' | 'ignored' | 'unknown' | 'mismatched';

/** @throws ForgedCallback; ProviderUnavailable when it has to come again. */
export async function handleCallback(
  { database, providers, charges, refunds }: Services,
  name: ProviderName,
  raw: RawCallback,
): Promise<CallbackOutcome> {
  const { eventId, subject } = providers[name].readCallback(raw);
  if (subject === null) {
    await insertHandledCallback(database, name, eventId);
    return 'ignored';
  }
  const found = await findCallbackPayment(database, name, eventId, subject);
  if (found === null) return 'unknown';
  const { payment, pendingRefundIds, isHandled } = found;
  if (isHandled) return 'repeated';
  if (!matches(subject, payment)) return 'mismatched';
  const cause = newCause();
  const { transactionId } = subject;
  const confirmed = await charges.confirm(cause, payment, { transactionId, eventId });
  const { id, status } = confirmed.payment;
  // A failed payment is no longer polled: only this callback brings it back.
  if (!confirmed.isCertain && status === 'FAILED')
    throw new ProviderUnavailable('The charge is not shown now');
  const settled = await Promise.all(
    pendingRefundIds.map((refundId) => refunds.settle(cause, { paymentId: id, id: refundId })),
  );
  if (subject.concerns === 'REFUND' && isCaptured(status)) await refunds.lookUp(cause, id);
  // What the provider has not settled yet is left to its next callback, or to the sweep.
  const isSettled = status !== 'PENDING' && settled.every((refund) => refund.status !== 'PENDING');
  if (isSettled && !confirmed.isCallbackMarked) await insertHandledCallback(database, name, eventId);
  return 'handled';
}

function matches({ amount, currency, transactionId }: CallbackSubject, payment: Payment): boolean {
  return (
    (amount === null || amount === payment.amount) &&
    (currency === null || currency === CURRENCY) &&
    (payment.transactionId === null || payment.transactionId === transactionId)
  );
}
