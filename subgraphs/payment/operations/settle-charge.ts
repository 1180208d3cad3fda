/**
 * Brings a payment up to what its provider says: charges it where it was never charged, looks it up where it was. In one
 * process those who ask at once share one call, and across processes the provider and the database make the same of it.
 * Whoever begins a payment takes it to the next provider that takes its method when the first cannot be reached at all.
 * A captured payment is only ever due for money that no order needs and that its provider has refused to give back.
 */
import type { Cause } from '../../../platform/events/envelope.js';
import type { Log } from '../../../platform/log.js';
import { providerAfter } from '../domain/methods.js';
import { isDead } from '../domain/order-status.js';
import { isCaptured } from '../domain/payment-state.js';
import {
  type Charge,
  type ChargeChannel,
  ProviderRefusal,
  ProviderUnavailable,
  ProviderUnreached,
} from '../providers/provider.js';
import type { Providers } from '../providers/providers.js';
import { recordCaptured, recordTakenUp } from '../store/charge-statements.js';
import { checkOurs, recordCharge, recordRefusal } from '../store/charging.js';
import type { PaymentDatabase } from '../store/database.js';
import { claimPayment } from '../store/due.js';
import { moveTo } from '../store/fall-over.js';
import { findOrders } from '../store/orders.js';
import type { Payment } from '../store/records.js';
import { giveBackAgain } from '../store/refunding.js';
import { postponePayment, readCharging } from '../store/subjects.js';
import { sharedCalls } from './shared-calls.js';

export interface ChargeSettling {
  /** For whoever has just written the payment down. */
  begin(cause: Cause, payment: Payment, channel: ChargeChannel): Promise<Payment>;
  /** For whoever finds a payment that another has begun and that no provider is known to have. */
  goOn(cause: Cause, paymentId: string): Promise<Payment>;
  /** For what has been claimed (due.ts). */
  settle(cause: Cause, paymentId: string): Promise<Payment>;
  /** For whom a callback has told which charge it is. */
  confirm(cause: Cause, payment: Payment, callback: ToldCharge): Promise<Confirmed>;
}

export interface ToldCharge {
  readonly transactionId: string;
  readonly eventId: string;
}

export interface Confirmed {
  readonly payment: Payment;
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

export function chargeSettling({ database, providers, log }: ChargeSettlingOptions): ChargeSettling {
  const shared = sharedCalls<Confirmed>();

  async function begin(cause: Cause, payment: Payment, channel: ChargeChannel): Promise<Payment> {
    const { id: paymentId, method, amount, provider } = payment;
    if (method === 'CASH' || provider === 'CASH') return payment;
    try {
      const charge = await providers[provider].charge({ paymentId, method, amount, channel });
      return (await record(cause, payment, charge, null)).payment;
    } catch (error) {
      const next = error instanceof ProviderUnreached ? providerAfter(method, provider) : null;
      const moved = next === null ? null : await moveTo(database, payment, next);
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
    if (payment.provider === 'CASH' || isCaptured(payment.status)) return { payment, markedEventId: null };
    try {
      const charge = await findOrCharge(asking);
      if (charge === null) {
        const refused = await database.work(cause, (work) =>
          recordRefusal(work, payment.id, 'Never charged'),
        );
        return { payment: refused, markedEventId: null };
      }
      return await record(cause, payment, charge, eventId);
    } catch (error) {
      return { payment: await afterFailure(cause, payment, error), markedEventId: null };
    }
  }

  /** Null when there is no charge and there shall be none. */
  async function findOrCharge({ payment, channel, transactionId }: Asking): Promise<Charge | null> {
    const { id: paymentId, method, amount, provider: name } = payment;
    if (method === 'CASH' || name === 'CASH') return null;
    const provider = providers[name];
    if (transactionId === null && (await isWanted(payment))) {
      return provider.charge({ paymentId, method, amount, channel });
    }
    const charge = await provider.findCharge({ paymentId, method, transactionId });
    if (charge === null && (await isWanted(payment)))
      throw new ProviderUnavailable('The provider does not know the charge now');
    return charge;
  }

  async function record(
    cause: Cause,
    payment: Payment,
    charge: Charge,
    eventId: string | null,
  ): Promise<Confirmed> {
    checkOurs(charge, payment);
    if (charge.status === 'PENDING') {
      const pending = await recordTakenUp(database, payment, charge);
      if (pending !== null) return { payment: pending, markedEventId: null };
    }
    if (charge.status === 'PAID') {
      const captured = await recordCaptured(database, cause, payment, charge, eventId);
      if (captured !== null) return { payment: captured, markedEventId: eventId };
    }
    const recorded = await database.work(cause, (work) => recordCharge(work, payment.id, charge));
    return { payment: recorded, markedEventId: null };
  }

  async function afterFailure(cause: Cause, payment: Payment, error: unknown): Promise<Payment> {
    if (error instanceof ProviderRefusal) {
      return database.work(cause, (work) => recordRefusal(work, payment.id, error.message));
    }
    if (!(error instanceof ProviderUnavailable)) throw error;
    const { id: paymentId, provider } = payment;
    log.warn({ paymentId, provider, error: error.message }, 'payment: will ask again');
    return postponePayment(database, payment);
  }

  async function isWanted({ status, orderId }: Payment): Promise<boolean> {
    if (status !== 'PENDING') return false;
    const order = (await findOrders(database, [orderId])).get(orderId);
    return order === undefined || !isDead(order.status);
  }

  async function sharedPayment(paymentId: string, call: () => Promise<Payment>): Promise<Payment> {
    const { payment } = await shared(paymentId, async () => ({
      payment: await call(),
      markedEventId: null,
    }));
    return payment;
  }

  return {
    begin: (cause, payment, channel) => sharedPayment(payment.id, () => begin(cause, payment, channel)),
    goOn: (cause, paymentId) =>
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
