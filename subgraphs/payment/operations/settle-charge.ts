/**
 * Brings a payment up to what its provider says: charges it where it was never charged, looks it up where it was. May be
 * called by anybody at any time, as often as they like: in one process those who ask at once share one call, and across
 * processes the provider and the database make the same of it.
 */
import type { Cause } from '../../../platform/events/envelope.js';
import type { Log } from '../../../platform/log.js';
import { isDead } from '../domain/order-status.js';
import { isCaptured } from '../domain/payment-state.js';
import {
  type Charge,
  type ChargeChannel,
  type PaymentProvider,
  ProviderRefusal,
  ProviderUnavailable,
} from '../providers/provider.js';
import type { Providers } from '../providers/providers.js';
import { recordCharge, recordRefusal } from '../store/charging.js';
import type { PaymentDatabase } from '../store/database.js';
import { findOrders } from '../store/orders.js';
import type { Payment } from '../store/records.js';
import { postponePayment, readCharging } from '../store/subjects.js';
import { sharedCalls } from './shared-calls.js';

export interface ChargeSettling {
  /**
   * The payment as it stands after asking; as it stood, when the provider cannot be asked now.
   * @param transactionId the provider's id of the charge where somebody else knows it.
   */
  settle(cause: Cause, paymentId: string, transactionId?: string): Promise<Payment>;
}

export interface ChargeSettlingOptions {
  readonly database: PaymentDatabase;
  readonly providers: Providers;
  readonly log: Log;
}

export function chargeSettling({ database, providers, log }: ChargeSettlingOptions): ChargeSettling {
  const shared = sharedCalls<Payment>();

  async function settle(cause: Cause, paymentId: string, transactionId?: string): Promise<Payment> {
    const { payment, channel } = await readCharging(database, paymentId);
    const { provider, status } = payment;
    if (provider === 'CASH' || isCaptured(status)) return payment;
    try {
      const known = payment.transactionId ?? transactionId ?? null;
      const charge = await ask(providers[provider], payment, channel, known);
      return await database.work(cause, (work) =>
        charge === null
          ? recordRefusal(work, paymentId, 'Never charged')
          : recordCharge(work, paymentId, charge),
      );
    } catch (error) {
      if (error instanceof ProviderRefusal) {
        return database.work(cause, (work) => recordRefusal(work, paymentId, error.message));
      }
      if (!(error instanceof ProviderUnavailable)) throw error;
      log.warn({ paymentId, provider, error: error.message }, 'payment: will ask again');
      return postponePayment(database, payment);
    }
  }

  /** Null when there is no charge and there shall be none. */
  async function ask(
    provider: PaymentProvider,
    { id: paymentId, method, amount, status, orderId }: Payment,
    channel: ChargeChannel,
    transactionId: string | null,
  ): Promise<Charge | null> {
    const isWanted = status === 'PENDING' && !(await isOrderDead(orderId));
    if (transactionId === null && isWanted && method !== 'CASH') {
      return provider.charge({ paymentId, method, amount, channel });
    }
    const charge = await provider.findCharge({ paymentId, transactionId });
    if (charge === null && isWanted)
      throw new ProviderUnavailable('The provider does not know the charge now');
    return charge;
  }

  async function isOrderDead(orderId: string): Promise<boolean> {
    const order = (await findOrders(database, [orderId])).get(orderId);
    return order !== undefined && isDead(order.status);
  }

  return {
    settle: (cause, paymentId, transactionId) =>
      shared(paymentId, () => settle(cause, paymentId, transactionId)),
  };
}
