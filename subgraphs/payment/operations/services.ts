/** What the operations of the payment subgraph work with. */
import type { Cause } from '../../../platform/events/envelope.js';
import type { Identity } from '../../../platform/identity/identity.js';
import type { Log } from '../../../platform/log.js';
import { newTraceparent, traceIdOf } from '../../../platform/trace.js';
import type { Providers } from '../providers/providers.js';
import type { PaymentDatabase } from '../store/database.js';
import type { OrderWatch } from '../store/order-watch.js';
import type { keyedMutex } from './keyed-mutex.js';
import type { ChargeReconciler } from './reconcile-charge.js';
import type { RefundReconciler } from './reconcile-refund.js';

export interface Services {
  readonly database: PaymentDatabase;
  readonly providers: Providers;
  readonly orders: OrderWatch;
  readonly charges: ChargeReconciler;
  readonly refunds: RefundReconciler;
  /** Per payment, for what takes its lock. */
  readonly keyedMutex: ReturnType<typeof keyedMutex>;
  readonly log: Log;
}

/** Who asks for an operation, and the trace it belongs to. */
export interface Caller {
  readonly identity: Identity;
  readonly cause: Cause;
}

/** The cause of what nobody asked for: a callback, a check that was due. */
export function ownCause(): Cause {
  const traceparent = newTraceparent();
  return { traceparent, correlationId: traceIdOf(traceparent) ?? traceparent };
}
