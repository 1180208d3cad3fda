/**
 * Brings a payment to the state of its charge at the provider: charges it where it was never charged, looks the charge up
 * where it was. Within a process concurrent calls for a payment share one flight; across processes provider and database
 * make them equal. The process that begins a payment moves it to the next provider of its method when the first cannot be
 * reached at all, and never when the outcome is unknown. A captured payment is due only for money that no order needs and
 * that its provider refused to give back.
 */
import type { Cause } from '../../../platform/events/envelope.js';
import { singleFlight } from '../../../platform/kit/concurrency.js';
import type { Log } from '../../../platform/log.js';
import { providerAfter } from '../domain/methods.js';
import { isVoided } from '../domain/order-status.js';
import { isCaptured } from '../domain/payment-state.js';
import type { Payment } from '../domain/records.js';
import { mayStillAppear, secondsUntilCheck, secondsUntilNextSearch } from '../domain/retry-schedule.js';
import {
  type Charge,
  type ChargeChannel,
  type ChargeRequest,
  type PaymentProvider,
  ProviderRefusal,
  ProviderUnavailable,
  ProviderUnreached,
} from '../providers/provider.js';
import type { Providers } from '../providers/providers.js';
import { publishChange } from '../published.js';
import {
  claimPayment,
  updateChargeAttempted,
  updateChargeNotAttempted,
  updateProvider,
} from '../store/charge-attempts.js';
import type { OwnPaymentDatabase } from '../store/database.js';
import { findOrders } from '../store/orders.js';
import {
  findChargeablePayment,
  updateNextPaymentCheck,
  updateNextSearch,
} from '../store/unscoped-payments.js';
import { inSeconds } from './change-payment.js';
import { recordCharge, recordRefusal } from './record-charge.js';
import { retryRefund } from './record-refund.js';

export interface ChargeReconciler {
  /** For the process that has just written the payment. */
  begin(cause: Cause, payment: Payment, channel: ChargeChannel): Promise<Payment>;
  /** For a payment that another process began and whose charge is not known. */
  resume(cause: Cause, paymentId: string): Promise<Payment>;
  /** For a payment that was claimed as due. */
  settle(cause: Cause, paymentId: string): Promise<Payment>;
  /** For a callback, which names the charge. */
  confirm(cause: Cause, payment: Payment, callback: ReportedCharge): Promise<Confirmed>;
}

export interface ReportedCharge {
  readonly transactionId: string;
  readonly eventId: string;
}

export interface Confirmed {
  readonly payment: Payment;
  /** The provider has said how the charge stands. */
  readonly isCertain: boolean;
  /** The callback was marked as having had its effect. */
  readonly isCallbackMarked: boolean;
}

export interface ChargeReconcilerOptions {
  readonly database: OwnPaymentDatabase;
  readonly providers: Providers;
  readonly log: Log;
}

interface Reconciliation {
  readonly payment: Payment;
  readonly channel: ChargeChannel;
  /** The provider's id of the charge, where it is known. */
  readonly transactionId: string | null;
}

export function createChargeReconciler({
  database,
  providers,
  log,
}: ChargeReconcilerOptions): ChargeReconciler {
  const shared = singleFlight<Confirmed>();

  async function begin(cause: Cause, payment: Payment, channel: ChargeChannel): Promise<Payment> {
    const { id: paymentId, method, amount, provider } = payment;
    if (method === 'CASH' || provider === 'CASH') return payment;
    try {
      const request = { paymentId, method, amount, channel };
      const charge = await chargeBy(providers[provider], request, payment, null);
      return (await recordCharge(database, cause, payment, charge, null)).payment;
    } catch (error) {
      const next =
        error instanceof ProviderUnreached ? providerAfter(method, provider, providers.available) : null;
      const moved = next === null ? null : await updateProvider(database, payment, next);
      if (moved === null) return afterFailure(cause, payment, error);
      publishChange(database, moved);
      log.warn({ paymentId, from: provider, to: next }, 'payment: failed over to another provider');
      return begin(cause, moved, channel);
    }
  }

  async function settle(cause: Cause, paymentId: string): Promise<Payment> {
    const { payment, channel } = await findChargeablePayment(database, paymentId);
    if (isCaptured(payment.status)) return database.work(cause, (work) => retryRefund(work, paymentId));
    if (payment.provider === 'CASH') {
      return database.work(cause, (work) => recordRefusal(work, paymentId, 'Not paid in time'));
    }
    const { transactionId } = payment;
    return (await reconcile(cause, { payment, channel, transactionId }, null)).payment;
  }

  async function reconcile(
    cause: Cause,
    reconciliation: Reconciliation,
    callbackId: string | null,
  ): Promise<Confirmed> {
    const { payment } = reconciliation;
    if (payment.provider === 'CASH' || isCaptured(payment.status)) {
      return { payment, isCertain: true, isCallbackMarked: false };
    }
    const uncertain = { isCertain: false, isCallbackMarked: false };
    if (payment.status === 'FAILED' && callbackId === null) {
      return { payment: await afterCancellation(cause, reconciliation), ...uncertain };
    }
    try {
      const charge = await findOrCharge(reconciliation);
      if (charge === null) return { payment: await afterNothing(cause, payment), ...uncertain };
      return { ...(await recordCharge(database, cause, payment, charge, callbackId)), isCertain: true };
    } catch (error) {
      return { payment: await afterFailure(cause, payment, error), ...uncertain };
    }
  }

  /** A cancelled payment: its charge is ended where it can be, and looked for as long as it may be paid all the same. */
  async function afterCancellation(
    cause: Cause,
    { payment, channel, transactionId }: Reconciliation,
  ): Promise<Payment> {
    const { id, checks, chargeAttemptedAt } = payment;
    let charge: Charge | null = null;
    try {
      charge = await findOrCharge({ payment, channel, transactionId });
      if (charge?.status === 'PENDING') charge = await cancel(payment, charge);
    } catch (error) {
      if (!(error instanceof ProviderUnavailable)) throw error;
      log.warn(
        { paymentId: id, error: error.message },
        'payment: cancelled, and its provider is unavailable',
      );
    }
    if (charge?.status === 'PAID')
      return (await recordCharge(database, cause, payment, charge, null)).payment;
    const isOver = charge?.status === 'FAILED' || !mayStillAppear(chargeAttemptedAt, new Date());
    return updateNextSearch(database, id, isOver ? null : inSeconds(secondsUntilNextSearch(checks)));
  }

  async function cancel({ id, method, provider }: Payment, charge: Charge): Promise<Charge> {
    if (method === 'CASH' || provider === 'CASH') return charge;
    const { transactionId } = charge;
    return (await providers[provider].cancel({ paymentId: id, method, transactionId })) ?? charge;
  }

  /** Null when the provider shows no charge. */
  async function findOrCharge({ payment, channel, transactionId }: Reconciliation): Promise<Charge | null> {
    const { id: paymentId, method, amount, provider: name, chargeAttemptedAt } = payment;
    if (method === 'CASH' || name === 'CASH') return null;
    const provider = providers[name];
    if (transactionId === null && (await isWanted(payment))) {
      await updateChargeAttempted(database, payment);
      return chargeBy(provider, { paymentId, method, amount, channel }, payment, chargeAttemptedAt);
    }
    const mayExist = transactionId !== null || chargeAttemptedAt !== null;
    return mayExist ? provider.findCharge({ paymentId, method, transactionId }) : null;
  }

  /** The attempt has been written by now. */
  async function chargeBy(
    provider: PaymentProvider,
    request: ChargeRequest,
    payment: Payment,
    attemptedBefore: Date | null,
  ): Promise<Charge> {
    try {
      return await provider.charge(request);
    } catch (error) {
      if (error instanceof ProviderUnreached) {
        await updateChargeNotAttempted(database, payment, attemptedBefore);
      }
      throw error;
    }
  }

  /** The provider shows no charge. One may exist all the same, and its money would go unnoticed. */
  async function afterNothing(cause: Cause, payment: Payment): Promise<Payment> {
    const { id, checks, chargeAttemptedAt } = payment;
    if (await isWanted(payment)) return checkAgain(payment, secondsUntilCheck(checks));
    if (mayStillAppear(chargeAttemptedAt, new Date())) {
      return checkAgain(payment, secondsUntilNextSearch(checks));
    }
    return database.work(cause, (work) => recordRefusal(work, id, 'Never charged'));
  }

  async function afterFailure(cause: Cause, payment: Payment, error: unknown): Promise<Payment> {
    if (error instanceof ProviderRefusal) {
      return database.work(cause, (work) => recordRefusal(work, payment.id, error.message));
    }
    if (!(error instanceof ProviderUnavailable)) throw error;
    const { id: paymentId, provider, checks } = payment;
    log.warn({ paymentId, provider, error: error.message }, 'payment: provider unavailable, will be retried');
    return checkAgain(payment, secondsUntilCheck(checks));
  }

  function checkAgain({ id }: Payment, seconds: number): Promise<Payment> {
    return updateNextPaymentCheck(database, id, inSeconds(seconds));
  }

  async function isWanted({ status, orderId }: Payment): Promise<boolean> {
    if (status !== 'PENDING') return false;
    const order = (await findOrders(database, [orderId])).get(orderId);
    return order === undefined || !isVoided(order.status);
  }

  async function sharedPayment(paymentId: string, call: () => Promise<Payment>): Promise<Payment> {
    const { payment } = await shared(paymentId, async () => ({
      payment: await call(),
      isCertain: true,
      isCallbackMarked: false,
    }));
    return payment;
  }

  return {
    begin: (cause, payment, channel) => sharedPayment(payment.id, () => begin(cause, payment, channel)),
    resume: (cause, paymentId) =>
      sharedPayment(paymentId, async () => {
        await claimPayment(database, paymentId);
        return settle(cause, paymentId);
      }),
    settle: (cause, paymentId) => sharedPayment(paymentId, () => settle(cause, paymentId)),
    confirm: (cause, payment, { transactionId, eventId }) =>
      // Apart from the flight that began it: a callback reports a newer state than that flight's answer.
      shared(`${payment.id} ${eventId}`, () =>
        reconcile(
          cause,
          { payment, channel: {}, transactionId: payment.transactionId ?? transactionId },
          eventId,
        ),
      ),
  };
}
