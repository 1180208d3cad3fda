/** The payment unit: takes and gives back the money of orders, through providers or over the counter. */
import type { Platform } from '../../platform/platform.js';
import { buildSchema } from '../../platform/subgraph/schema.js';
import { startSubgraph } from '../../platform/subgraph/start.js';
import type { RunningSubgraph } from '../../platform/subgraph/subgraph.js';
import { createContext } from './context.js';
import { orderConsumer } from './events/orders.js';
import { outletConsumer } from './events/outlets.js';
import { callbackRoutes } from './operations/callback-routes.js';
import { keyedMutex } from './operations/keyed-mutex.js';
import { chargeSettling } from './operations/reconcile-charge.js';
import { refundSettling } from './operations/reconcile-refund.js';
import type { Services } from './operations/services.js';
import { startSweep } from './operations/sweep.js';
import { openProviders } from './providers/providers.js';
import type { ResilienceOptions } from './providers/resilience.js';
import { resolvers } from './resolvers/resolvers.js';
import { openPaymentDatabase } from './store/database.js';
import { watchOrders } from './store/order-watch.js';

/** @param resilience how patient it is with providers. */
export async function startPayment(
  platform: Platform,
  resilience: ResilienceOptions = {},
): Promise<RunningSubgraph> {
  const { bus, log } = platform;
  const providers = openProviders(platform.config, resilience);
  const database = openPaymentDatabase(platform);
  const settling = { database, providers, log };
  const services: Services = {
    ...settling,
    orders: watchOrders(database),
    charges: chargeSettling(settling),
    refunds: refundSettling(settling),
    keyedMutex: keyedMutex(),
  };
  const sweep = startSweep(services);
  return startSubgraph(platform, {
    name: 'payment',
    schema: buildSchema('payment', resolvers),
    database,
    consumers: [orderConsumer(database, sweep), outletConsumer(database)],
    routes: callbackRoutes(services),
    background: [sweep],
    context: (call) => createContext(services, bus, call),
  });
}
