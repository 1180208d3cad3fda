/** What resolvers and operations are given: the subgraph's services, the caller and cause of the operation, and its loaders. */
import type { Bus } from '../../platform/bus/bus.js';
import type { SettingsCopy } from '../../platform/copies/settings-copy.js';
import type { Cause } from '../../platform/events/envelope.js';
import type { Identity } from '../../platform/identity/identity.js';
import type { Origin } from '../../platform/identity/origin.js';
import type { ChangeFeed } from '../../platform/kit/change-feed.js';
import type { KeyedMutex } from '../../platform/kit/concurrency.js';
import type { Language } from '../../platform/language/language.js';
import type { Log } from '../../platform/log.js';
import type { OperationCall } from '../../platform/subgraph/subgraph.js';
import type { ReceiptLinks } from './document-routes.js';
import type { ChargeReconciler } from './operations/reconcile-charge.js';
import type { RefundReconciler } from './operations/reconcile-refund.js';
import type { OrderWatch } from './operations/wait-for-order.js';
import type { Providers } from './providers/providers.js';
import type { OwnPaymentDatabase, PaymentDatabase } from './store/database.js';
import { createLoaders, type Loaders } from './store/loaders.js';

/** What lives as long as the subgraph. */
export interface Services {
  readonly database: OwnPaymentDatabase;
  readonly bus: Bus;
  readonly changes: ChangeFeed;
  readonly settings: SettingsCopy;
  readonly providers: Providers;
  readonly orders: OrderWatch;
  readonly charges: ChargeReconciler;
  readonly refunds: RefundReconciler;
  /** Per payment, for work that locks it. */
  readonly keyedMutex: KeyedMutex;
  readonly receiptLinks: ReceiptLinks;
  readonly log: Log;
}

export interface Context extends Omit<Services, 'database'> {
  /** As the caller may see it. */
  readonly database: PaymentDatabase;
  /** For `payOrder`, whose payment is begun by one statement: its scope is part of that statement. */
  readonly ownDatabase: OwnPaymentDatabase;
  readonly identity: Identity;
  /** Where a mutation came from, for the audit trail. */
  readonly origin?: Origin | undefined;
  readonly cause: Cause;
  /** That the client prefers; undefined where it does not say. */
  readonly language: Language | undefined;
  readonly loaders: Loaders;
}

export function createContext(
  services: Services,
  { identity, origin, cause, language }: OperationCall,
): Context {
  const database = services.database.as(identity);
  const loaders = createLoaders(database, identity);
  return {
    ...services,
    database,
    ownDatabase: services.database,
    identity,
    origin,
    cause,
    language,
    loaders,
  };
}
