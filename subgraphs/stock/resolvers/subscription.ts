/** `Subscription` and its events, within the caller's outlets. */

import { notFound } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { placeOf } from '../../../platform/kit/requested-place.js';
import { loadYoung } from '../../../platform/kit/young-id.js';
import type {
  AvailabilityChangeResolvers,
  StockAlertResolvers,
  StockLevelChangeResolvers,
  SubscriptionResolvers,
} from '../../../schema/types/stock.js';
import type { RecipeLine } from '../domain/servings.js';
import type { AvailabilityChange as Available } from '../operations/availability-feed.js';
import type { LevelChange } from '../operations/level-feed.js';
import type { HealthChange } from '../operations/shelf-health-feed.js';
import { type StockAlert as Alert, watchAlerts } from '../operations/watch-alerts.js';
import { watchAvailability } from '../operations/watch-availability.js';
import { watchLevels } from '../operations/watch-levels.js';
import { watchHealth } from '../operations/watch-shelf-health.js';
import { knownPlaces } from '../store/outlets.js';
import { requireReadableOutlet } from './outlet.js';

export const Subscription: SubscriptionResolvers = {
  stockLevelChanged: {
    async subscribe(_parent, { outletId, stockItemIds }, context) {
      await requireReadableOutlet(context, outletId);
      for (const item of await context.loaders.item.loadMany(stockItemIds ?? [])) {
        if (item === null || item instanceof Error || item.outletId !== outletId || item.removedAt !== null)
          throw notFound('Stock item');
      }
      return watchLevels(context, outletId, stockItemIds ? new Set(stockItemIds) : undefined);
    },
    resolve: (change: LevelChange) => change,
  },
  lowStock: {
    async subscribe(_parent, { outletId }, context) {
      await requireReadableOutlet(context, outletId);
      return watchAlerts(context, outletId);
    },
    resolve: (alert: Alert) => alert,
  },
  availabilityChanged: {
    async subscribe(_parent, { outletId }, context) {
      if ((await loadYoung(context.loaders.outlet, outletId)) === null) throw notFound('Outlet');
      return watchAvailability(context, outletId);
    },
    resolve: (change: Available) => change,
  },
  shelfHealthChanged: {
    subscribe: (_parent, { scope }, context) =>
      watchHealth(
        context,
        scopeFor(context.identity, 'stock:read'),
        placeOf(scope),
        knownPlaces(context.database),
      ),
    resolve: (change: HealthChange) => change,
  },
};

/** For any caller, as `MenuItem.availability` is. */
export const AvailabilityChange: AvailabilityChangeResolvers = {
  menuItem: ({ menuItemId, recipe }) => ({ id: menuItemId, servingRecipe: recipe.map(requiredLine) }),
  availability: ({ outletId, recipe, isTakenOff, servings }) => ({
    inStock: servings > 0,
    servings,
    stocked: isTakenOff ? null : { outletId, recipe },
  }),
};

function requiredLine({ ingredientId, quantity }: RecipeLine) {
  return { ingredient: { id: ingredientId }, quantity };
}

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
