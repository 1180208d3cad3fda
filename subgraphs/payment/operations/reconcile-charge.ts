/**
 * Brings a payment up to what its provider says: charges it where it was never charged, looks it up where it was. In one
 * process those who ask at once share one call, and across processes the provider and the database make the same of it.
 * Whoever begins a payment takes it to the next provider that takes its method when the first cannot be reached at all.
 * A captured payment is only ever due for money that no order needs and that its provider has refused to give back.
 */
import type { Cause } from '../../../platform/events/envelope.js';
import type { Log } from '../../../platform/log.js';
import { providerAfter } from '../domain/methods.js';
import { isVoided } from '../domain/order-status.js';
import { isCaptured } from '../domain/payment-state.js';
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
import { recordAsking, takeBackAsking } from '../store/asking.js';
import { assertMatchesPayment, recordCharge, recordRefusal } from '../store/charge-changes.js';
import { recordCaptured, recordPending } from '../store/charge-statements.js';
import type { PaymentDatabase } from '../store/database.js';
import { claimPayment } from '../store/due.js';
import { failOver } from '../store/failover.js';
import { findOrders } from '../store/orders.js';
import type { Payment } from '../store/records.js';
import { giveBackAgain } from '../store/refund-changes.js';
import { postponePayment, readCharging } from '../store/subjects.js';
import { singleFlight } from './single-flight.js';

export interface ChargeReconciler {
  /** For whoever has just written the payment down. */
  begin(cause: Cause, payment: Payment, channel: ChargeChannel): Promise<Payment>;
  /** For whoever finds a payment that another has begun and that no provider is known to have. */
  resume(cause: Cause, paymentId: string): Promise<Payment>;
  /** For what has been claimed (due.ts). */
  settle(cause: Cause, paymentId: string): Promise<Payment>;
  /** For whom a callback has told which charge it is. */
  confirm(cause: Cause, payment: Payment, callback: ReportedCharge): Promise<Confirmed>;
}

export interface ReportedCharge {
  readonly transactionId: string;
  readonly eventId: string;
}

export interface Confirmed {
  readonly payment: Payment;
  /** The provider has told how the charge stands. */
  readonly isTold: boolean;
  /** The callback that was marked as having had its effect. */
  readonly markedEventId: string | null;
}

export interface ChargeSettlingOptions {
  readonly database: PaymentDatabase;
  readonly providers: Providers;
  readonly log: Log;
}

interface Asking {
  readonly payment: Payment;
  readonly channel: ChargeChannel;
  /** The provider's id of the charge, where anybody knows it. */
  readonly transactionId: string | null;
}

export function chargeSettling({ database, providers, log }: ChargeSettlingOptions): ChargeReconciler {
  const shared = singleFlight<Confirmed>();

  async function begin(cause: Cause, payment: Payment, channel: ChargeChannel): Promise<Payment> {
    const { id: paymentId, method, amount, provider } = payment;
    if (method === 'CASH' || provider === 'CASH') return payment;
    try {
      const request = { paymentId, method, amount, channel };
      const charge = await chargeBy(providers[provider], request, payment, null);
      return (await record(cause, payment, charge, null)).payment;
    } catch (error) {
      const next = error instanceof ProviderUnreached ? providerAfter(method, provider) : null;
      const moved = next === null ? null : await failOver(database, payment, next);
      if (moved === null) return afterFailure(cause, payment, error);
      log.warn({ paymentId, from: provider, to: next }, 'payment: taken to another provider');
      return begin(cause, moved, channel);
    }
  }

  async function settle(cause: Cause, paymentId: string): Promise<Payment> {
    const { payment, channel } = await readCharging(database, paymentId);
    if (isCaptured(payment.status)) return database.work(cause, (work) => giveBackAgain(work, paymentId));
    return (await ask(cause, { payment, channel, transactionId: payment.transactionId }, null)).payment;
  }

  async function ask(cause: Cause, asking: Asking, eventId: string | null): Promise<Confirmed> {
    const { payment } = asking;
    if (payment.provider === 'CASH' || isCaptured(payment.status)) {
      return { payment, isTold: true, markedEventId: null };
    }
    try {
      const charge = await findOrCharge(asking);
      if (charge !== null) return await record(cause, payment, charge, eventId);
      return { payment: await afterNothing(cause, payment), isTold: false, markedEventId: null };
    } catch (error) {
      return { payment: await afterFailure(cause, payment, error), isTold: false, markedEventId: null };
    }
  }

  /** Null when the provider tells of no charge. */
  async function findOrCharge({ payment, channel, transactionId }: Asking): Promise<Charge | null> {
    const { id: paymentId, method, amount, provider: name } = payment;
    if (method === 'CASH' || name === 'CASH') return null;
    const provider = providers[name];
    if (transactionId === null && (await isWanted(payment))) {
      await recordAsking(database, payment);
      return chargeBy(provider, { paymentId, method, amount, channel }, payment, payment.chargeAttemptedAt);
    }
    const isKnown = transactionId !== null || payment.chargeAttemptedAt !== null;
    return isKnown ? provider.findCharge({ paymentId, method, transactionId }) : null;
  }

  /** For who has it written down that the provider is asked. */
  async function chargeBy(
    provider: PaymentProvider,
    request: ChargeRequest,
    payment: Payment,
    askedBefore: Date | null,
  ): Promise<Charge> {
    try {
      return await provider.charge(request);
    } catch (error) {
      if (error instanceof ProviderUnreached) await takeBackAsking(database, payment, askedBefore);
      throw error;
    }
  }

  async function record(
    cause: Cause,
    payment: Payment,
    charge: Charge,
    eventId: string | null,
  ): Promise<Confirmed> {
    assertMatchesPayment(charge, payment);
    if (charge.status === 'PENDING') {
      const pending = await recordPending(database, payment, charge);
      if (pending !== null) return { payment: pending, isTold: true, markedEventId: null };
    }
    if (charge.status === 'PAID') {
      const captured = await recordCaptured(database, cause, payment, charge, eventId);
      if (captured !== null) return { payment: captured, isTold: true, markedEventId: eventId };
    }
    const recorded = await database.work(cause, (work) => recordCharge(work, payment.id, charge));
    return { payment: recorded, isTold: true, markedEventId: null };
  }

  /** The provider tells of no charge: there may be one all the same, whose money would come to nobody's notice. */
  async function afterNothing(cause: Cause, payment: Payment): Promise<Payment> {
    const { id, checks, chargeAttemptedAt } = payment;
    if (await isWanted(payment)) return postponePayment(database, payment, secondsUntilCheck(checks));
    if (mayStillAppear(chargeAttemptedAt, new Date())) {
      return postponePayment(database, payment, secondsUntilNextSearch(checks));
    }
    return database.work(cause, (work) => recordRefusal(work, id, 'Never charged'));
  }

  async function afterFailure(cause: Cause, payment: Payment, error: unknown): Promise<Payment> {
    if (error instanceof ProviderRefusal) {
      return database.work(cause, (work) => recordRefusal(work, payment.id, error.message));
    }
    if (!(error instanceof ProviderUnavailable)) throw error;
    const { id: paymentId, provider, checks } = payment;
    log.warn({ paymentId, provider, error: error.message }, 'payment: will ask again');
    return postponePayment(database, payment, secondsUntilCheck(checks));
  }

  async function isWanted({ status, orderId }: Payment): Promise<boolean> {
    if (status !== 'PENDING') return false;
    const order = (await findOrders(database, [orderId])).get(orderId);
    return order === undefined || !isVoided(order.status);
  }

  async function sharedPayment(paymentId: string, call: () => Promise<Payment>): Promise<Payment> {
    const { payment } = await shared(paymentId, async () => ({
      payment: await call(),
      isTold: true,
      markedEventId: null,
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
      // Apart from who begins it: what a callback tells is newer than that answer.
      shared(`${payment.id} told`, () =>
        ask(cause, { payment, channel: {}, transactionId: payment.transactionId ?? transactionId }, eventId),
      ),
  };
}
