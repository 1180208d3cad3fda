/**
 * Brings a payment up to what its provider says: charges it where it was never charged, looks it up where it was. May be
 * called by anybody at any time, as often as they like: in one process those who ask at once share one call, and across
 * processes the provider and the database make the same of it.
 */
import type { Cause } from '../../../platform/events/envelope.js';
import type { Log } from '../../../platform/log.js';
import type { Payment as PaymentRow } from '../../../prisma/payment/client/client.js';
import { secondsUntilCheck } from '../domain/checks.js';
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
import { inSeconds } from '../store/payment-change.js';
import { type Payment, paymentOf } from '../store/records.js';
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
    const row = await database.prisma.payment.findUniqueOrThrow({ where: { id: paymentId } });
    if (row.provider === 'CASH' || isCaptured(row.status)) return paymentOf(row);
    try {
      const charge = await ask(providers[row.provider], row, transactionId);
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
      log.warn({ paymentId, provider: row.provider, error: error.message }, 'payment: will ask again');
      return postpone(row);
    }
  }

  /** Null when there is no charge and there shall be none. */
  async function ask(
    provider: PaymentProvider,
    row: PaymentRow,
    transactionId: string | undefined,
  ): Promise<Charge | null> {
    const { id: paymentId, method } = row;
    const known = row.transactionId ?? transactionId ?? null;
    const isWanted = row.status === 'PENDING' && !(await isOrderDead(row.orderId));
    if (known === null && isWanted && method !== 'CASH') {
      const channel = channelOf(row.channel);
      return provider.charge({ paymentId, method, amount: Number(row.amount), channel });
    }
    const charge = await provider.findCharge({ paymentId, transactionId: known });
    if (charge === null && isWanted)
      throw new ProviderUnavailable('The provider does not know the charge now');
    return charge;
  }

  async function isOrderDead(orderId: string): Promise<boolean> {
    const order = (await findOrders(database, [orderId])).get(orderId);
    return order !== undefined && isDead(order.status);
  }

  async function postpone({ id, checks }: PaymentRow): Promise<Payment> {
    await database.prisma.payment.updateMany({
      where: { id, status: 'PENDING' },
      data: { nextCheckAt: inSeconds(secondsUntilCheck(checks)) },
    });
    return paymentOf(await database.prisma.payment.findUniqueOrThrow({ where: { id } }));
  }

  return {
    settle: (cause, paymentId, transactionId) =>
      shared(paymentId, () => settle(cause, paymentId, transactionId)),
  };
}

function channelOf(value: PaymentRow['channel']): ChargeChannel {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const { cardToken, phone } = value;
  return {
    ...(typeof cardToken === 'string' && { cardToken }),
    ...(typeof phone === 'string' && { phone }),
  };
}
