/** What an outlet's scales and ledger say, by ingredient, live. */
import { type Live, useLive } from '../../shared/client/live.js';
import { KitchenLevels, type KitchenLevelsSubscription } from './operations.js';
import type { Level } from './totals.js';

export type Levels = ReadonlyMap<string, Level & { readonly version: number }>;

export function useLevels(outletId: string | undefined): Live<Levels> {
  return useLive(outletId, {
    stream: {
      document: KitchenLevels,
      variables: { outletId: outletId ?? '' },
      apply: (levels: Levels | undefined, { stockLevelChanged }: KitchenLevelsSubscription): Levels => {
        const { stockItem, onHand, version } = stockLevelChanged;
        const known = levels?.get(stockItem.id);
        if (levels !== undefined && known !== undefined && known.version >= version) return levels;
        const { id: ingredientId, name } = stockItem.ingredient;
        return new Map(levels).set(stockItem.id, {
          ...{ ingredientId, name, unit: stockItem.unit, onHand, version },
        });
      },
    },
  });
}
