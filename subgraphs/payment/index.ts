/** The payment unit: takes and gives back the money of orders, through providers or over the counter. */
import { SettingsCopy } from '../../platform/copies/settings-copy.js';
import { findConsumers } from '../../platform/events/find-consumers.js';
import { ChangeFeed, pruneLiveChanges } from '../../platform/kit/change-feed.js';
import { keyedMutex } from '../../platform/kit/concurrency.js';
import { pruneIdempotencyKeys } from '../../platform/kit/idempotency.js';
import { startPruning } from '../../platform/kit/pruning.js';
import { defaultSettings } from '../../platform/outlet-settings/defaults.js';
import type { Platform } from '../../platform/platform.js';
import { buildSchema } from '../../platform/subgraph/schema.js';
import { startSubgraph } from '../../platform/subgraph/start.js';
import type { RunningSubgraph } from '../../platform/subgraph/subgraph.js';
import { startDailyCloses } from './background/daily-closes.js';
import { startSweep } from './background/sweep.js';
import { showUnfinished } from './background/unfinished.js';
import { createContext, type Services } from './context.js';
import { documentRoutes, receiptLinks } from './document-routes.js';
import type { ConsumerParts } from './events/consumer-parts.js';
import { endPayments } from './operations/end-payments.js';
import { createChargeReconciler } from './operations/reconcile-charge.js';
import { createRefundReconciler } from './operations/reconcile-refund.js';
import { createOrderWatch } from './operations/wait-for-order.js';
import { openProviders } from './providers/providers.js';
import type { ResilienceOptions } from './providers/resilience.js';
import { resolvers } from './resolvers/resolvers.js';
import { callbackRoutes } from './routes.js';
import { deleteOldCallbacks } from './store/callbacks.js';
import { openPaymentDatabase } from './store/database.js';

/** @param resilience time limits and retries of provider calls. */
export async function startPayment(
  platform: Platform,
  resilience: ResilienceOptions = {},
): Promise<RunningSubgraph> {
  const { bus, config, log } = platform;
  const providers = openProviders(platform.config, resilience);
  const database = openPaymentDatabase(platform);
  const { pool } = database;
  const copy = await SettingsCopy.open('payment', { pool, bus, log, defaults: defaultSettings(config) });
  const { settings } = copy;
  const reconciled = { database, providers, log };
  const services: Services = {
    ...reconciled,
    bus,
    changes: new ChangeFeed({ name: 'payment.changes', pool, log }),
    settings,
    orders: createOrderWatch(database),
    charges: createChargeReconciler(reconciled),
    refunds: createRefundReconciler(reconciled),
    keyedMutex: keyedMutex(),
    receiptLinks: receiptLinks(platform),
  };
  const sweep = startSweep(services);
  return startSubgraph(platform, {
    name: 'payment',
    schema: buildSchema('payment', resolvers),
    database,
    consumers: await findConsumers<ConsumerParts>(new URL('./events/', import.meta.url), {
      ...{ database, settings, log },
      async endPayments(cause, orderId) {
        await database.work(cause, (work) => endPayments(work, orderId));
        // Refunds that the order's end requires are due at once.
        sweep.wake();
      },
    }),
    routes: [
      ...callbackRoutes(services),
      ...documentRoutes(database, services.receiptLinks, platform.drawing),
    ],
    background: [
      copy,
      services.changes,
      sweep,
      showUnfinished(pool),
      startDailyCloses(services),
      startPruning(
        'payment',
        [
          () => pruneIdempotencyKeys(database.pool),
          () => pruneLiveChanges(pool),
          () => deleteOldCallbacks(database),
        ],
        log,
      ),
    ],
    context: (call) => createContext(services, call),
  });
}
