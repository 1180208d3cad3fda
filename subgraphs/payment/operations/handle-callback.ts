/**
 * Hears a provider's callback. It is believed in nothing but that it is worth a look: its sender is checked, what it names
 * is compared with the database, and then the provider is asked. One that has had its effect has none again.
 */
import { CURRENCY } from '../../../platform/money.js';
import type { ProviderName } from '../domain/methods.js';
import { ProviderUnavailable, type RawCallback } from '../providers/provider.js';
import { markHandled } from '../store/callbacks.js';
import { findSubject } from '../store/subjects.js';
import { ownCause, type Services } from './services.js';

/** It names a payment that we do not know, or another amount, currency or transaction than that payment's. */
export class MismatchedCallback extends Error {
  override readonly name = 'MismatchedCallback';
}

/** @throws ForgedCallback, MalformedCallback, MismatchedCallback, ProviderUnavailable when it has to come again. */
export async function hearCallback(
  { database, providers, charges, refunds }: Services,
  name: ProviderName,
  raw: RawCallback,
): Promise<void> {
  const callback = providers[name].readCallback(raw);
  const subject = await findSubject(database, name, callback);
  if (subject === null) throw new MismatchedCallback('No payment of ours');
  const { payment, pendingRefundIds, isHandled } = subject;
  if (isHandled) return;
  if (callback.amount !== null && callback.amount !== payment.amount) {
    throw new MismatchedCallback('Not the amount of the payment');
  }
  if (callback.currency !== null && callback.currency !== CURRENCY) {
    throw new MismatchedCallback('Not the currency of the payment');
  }
  if (payment.transactionId !== null && payment.transactionId !== callback.transactionId) {
    throw new MismatchedCallback('Not the transaction of the payment');
  }
  const { payment: confirmed, isTold, markedEventId } = await charges.confirm(ownCause(), payment, callback);
  // Nobody but this callback asks about a payment that was given up.
  if (!isTold && confirmed.status === 'FAILED') throw new ProviderUnavailable('No word of the charge now');
  const given = await Promise.all(pendingRefundIds.map((id) => refunds.settle(ownCause(), id)));
  // What the provider has not settled yet is asked about again: by its next callback, or by the sweep.
  const isSettled = confirmed.status !== 'PENDING' && given.every(({ status }) => status !== 'PENDING');
  if (isSettled && markedEventId !== callback.eventId) await markHandled(database, name, callback.eventId);
}
