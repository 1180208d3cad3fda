/** What the operations of the payment subgraph work with. */
import type { Cause } from '../../../platform/events/envelope.js';
import type { Identity } from '../../../platform/identity/identity.js';
import type { Log } from '../../../platform/log.js';
import type { Providers } from '../providers/providers.js';
import type { PaymentDatabase } from '../store/database.js';
import type { KeyedMutex } from './concurrency.js';
import type { ChargeReconciler } from './reconcile-charge.js';
import type { RefundReconciler } from './reconcile-refund.js';
import type { OrderWatch } from './wait-for-order.js';

export interface Services {
  readonly database: PaymentDatabase;
  readonly providers: Providers;
  readonly orders: OrderWatch;
  readonly charges: ChargeReconciler;
  readonly refunds: RefundReconciler;
  /** Per payment, for work that locks it. */
  readonly keyedMutex: KeyedMutex;
  readonly log: Log;
}

/** The caller of an operation, and the trace that it belongs to. */
export interface Caller {
  readonly identity: Identity;
  readonly cause: Cause;
}
