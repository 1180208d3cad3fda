/** The order unit: carts, orders and their lifecycle, the kitchen's queue, sales. */
import { SettingsCopy } from '../../platform/copies/settings-copy.js';
import { findConsumers } from '../../platform/events/find-consumers.js';
import { ChangeFeed, pruneLiveChanges } from '../../platform/kit/change-feed.js';
import { pruneIdempotencyKeys } from '../../platform/kit/idempotency.js';
import { startPruning } from '../../platform/kit/pruning.js';
import { defaultSettings } from '../../platform/outlet-settings/defaults.js';
import { paymentWindowSeconds } from '../../platform/outlet-settings/registry.js';
import type { Platform } from '../../platform/platform.js';
import { buildSchema } from '../../platform/subgraph/schema.js';
import { startSubgraph } from '../../platform/subgraph/start.js';
import type { RunningSubgraph } from '../../platform/subgraph/subgraph.js';
import { startCustomerCount } from './background/customer-count.js';
import { startCustomerFits } from './background/customer-fits.js';
import { startErasure } from './background/erasure.js';
import { startForecasts } from './background/forecasts.js';
import { startPaymentWindow } from './background/payment-window.js';
import { startSalesCheck } from './background/sales-check.js';
import { startSalesDays } from './background/sales-days.js';
import { createContext, type Services } from './context.js';
import type { ConsumerParts } from './events/consumer-parts.js';
import { RecentFigures } from './operations/recent-figures.js';
import { resolvers } from './resolvers/resolvers.js';
import { openOrderDatabase } from './store/database.js';
import { pruneGuests } from './store/guests.js';
import { pruneMemberCodes } from './store/member-codes.js';
import { MenuReadModel } from './store/menu-read-model.js';
import { OrderNumbers } from './store/order-numbers.js';
import { PlacementWriter } from './store/placement-writer.js';

export async function startOrder(platform: Platform): Promise<RunningSubgraph> {
  const { config, bus, log } = platform;
  const database = openOrderDatabase(config.databaseUrl('order'), bus);
  const readModel = await MenuReadModel.open(database.pool, bus, log);
  const { menu } = readModel;
  const { pool } = database;
  const copy = await SettingsCopy.open('order', { pool, bus, log, defaults: defaultSettings(config) });
  const { settings } = copy;
  const services: Services = {
    database,
    bus,
    changes: new ChangeFeed({ name: 'order.changes', pool, log }),
    menu,
    settings,
    numbers: new OrderNumbers(database.pool),
    recent: new RecentFigures(),
    placements: new PlacementWriter(database.pool, menu, () => database.wakeRelay()),
    rules: {
      paymentWindowSecondsOf: (order) => settings.valueOf(paymentWindowSeconds, order),
      timeZoneOf: (outletId) => menu.timeZoneOf(outletId),
    },
  };
  return startSubgraph(platform, {
    name: 'order',
    schema: buildSchema('order', resolvers),
    database,
    consumers: await findConsumers<ConsumerParts>(new URL('./events/', import.meta.url), {
      database,
      menu,
      settings,
      rules: services.rules,
      log,
    }),
    background: [
      readModel,
      copy,
      services.changes,
      startPaymentWindow(database, services.rules, log),
      startErasure(database, log),
      startSalesDays(database, log),
      startSalesCheck(database, log),
      startForecasts(database, menu, log),
      startCustomerCount(database, log),
      startCustomerFits(database, menu, log),
      startPruning(
        'order',
        [
          () => pruneIdempotencyKeys(database.pool),
          () => pruneLiveChanges(pool),
          () => pruneGuests(database.pool),
          () => pruneMemberCodes(database),
        ],
        log,
      ),
    ],
    context: (call) => createContext(services, call),
  });
}
