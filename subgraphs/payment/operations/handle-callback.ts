/**
 * Handles a provider's callback. It is never believed itself: its sender is authenticated, what it names is compared with
 * the database, and then the provider is asked. Every authentic callback is accepted, whatever it is about; one that has
 * had its effect has none again.
 */
import { CURRENCY } from '../../../platform/money.js';
import type { ProviderName } from '../domain/methods.js';
import { isCaptured } from '../domain/payment-state.js';
import { type CallbackSubject, ProviderUnavailable, type RawCallback } from '../providers/provider.js';
import { markHandled } from '../store/callbacks.js';
import type { Payment } from '../store/records.js';
import { findCallbackPayment } from '../store/subjects.js';
import { ownCause, type Services } from './services.js';

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
    await markHandled(database, name, eventId);
    return 'ignored';
  }
  const found = await findCallbackPayment(database, name, eventId, subject);
  if (found === null) return 'unknown';
  const { payment, pendingRefundIds, isHandled } = found;
  if (isHandled) return 'repeated';
  if (!matches(subject, payment)) return 'mismatched';
  const { transactionId } = subject;
  const {
    payment: confirmed,
    isTold,
    markedEventId,
  } = await charges.confirm(ownCause(), payment, { transactionId, eventId });
  // A payment that was given up is no longer polled: only this callback brings it back.
  if (!isTold && confirmed.status === 'FAILED') throw new ProviderUnavailable('No word of the charge now');
  const settled = await Promise.all(pendingRefundIds.map((id) => refunds.settle(ownCause(), id)));
  if (subject.concerns === 'REFUND' && isCaptured(confirmed.status)) {
    await refunds.lookUp(ownCause(), confirmed.id);
  }
  // What the provider has not settled yet is left to its next callback, or to the sweep.
  const isSettled = confirmed.status !== 'PENDING' && settled.every(({ status }) => status !== 'PENDING');
  if (isSettled && markedEventId !== eventId) await markHandled(database, name, eventId);
  return 'handled';
}

function matches({ amount, currency, transactionId }: CallbackSubject, payment: Payment): boolean {
  return (
    (amount === null || amount === payment.amount) &&
    (currency === null || currency === CURRENCY) &&
    (payment.transactionId === null || payment.transactionId === transactionId)
  );
}
