/** Live levels and alerts of an outlet. */
import { notFound } from '../../../platform/errors.js';
import type {
  StockAlertResolvers,
  StockLevelChangeResolvers,
  SubscriptionResolvers,
} from '../../../schema/types/stock.js';
import type { LevelChange } from '../operations/level-feed.js';
import { type StockAlert as Alert, alerts, levelChanges } from '../operations/watch-stock.js';
import { requireOutlet } from './query.js';

export const Subscription: SubscriptionResolvers = {
  stockLevelChanged: {
    async subscribe(_, { outletId, stockItemIds }, context) {
      const { database, levels, loaders } = context;
      await requireOutlet(context, outletId);
      for (const item of await loaders.items.loadMany(stockItemIds ?? [])) {
        if (item === null || item instanceof Error || item.outletId !== outletId)
          throw notFound('Stock item');
      }
      return levelChanges(database, levels, outletId, stockItemIds ? new Set(stockItemIds) : undefined);
    },
    resolve: (change: LevelChange) => change,
  },
  lowStock: {
    async subscribe(_, { outletId }, context) {
      await requireOutlet(context, outletId);
      return alerts(context.database, context.levels, outletId);
    },
    resolve: (alert: Alert) => alert,
  },
};

export const StockLevelChange: StockLevelChangeResolvers = {
  stockItem: ({ item }) => item,
  onHand: ({ item }) => item.onHand,
  available: ({ item }) => item.available,
  version: ({ item }) => item.version,
};

export const StockAlert: StockAlertResolvers = {
  stockItem: ({ item }) => item,
  available: ({ item }) => item.available,
  reorderPoint: ({ item }) => item.reorderPoint,
  ordersAtRisk: ({ orderIdsAtRisk }) => orderIdsAtRisk.map((id) => ({ id })),
};
