/**
 * When something is no longer available: what is reserved and drawn is no longer there, and the rest goes by its use. Where it is short
 * already, since when.
 */
import { usedUpAt } from '../domain/run-out.js';
import { needsOf, type RecipeLine } from '../domain/servings.js';
import type { Loaders } from '../store/loaders.js';
import type { AvailableItem } from '../store/stock-items.js';

/** When less than `quantity` of an item is available; null beyond the horizon, and where the beginning of a shortage is not known. */
export async function shortFrom(
  loaders: Loaders,
  { id, available }: Pick<AvailableItem, 'id' | 'available'>,
  quantity = 1,
  now = new Date(),
): Promise<Date | null> {
  if (available < quantity) return (await loaders.shortage.load({ id, quantity }))?.since ?? null;
  const use = await loaders.use.load(id);
  return use === null ? null : usedUpAt(available - quantity + 1, use, now);
}

/** When the first ingredient of a recipe is short; null where none will be, and where the outlet never had one. */
export async function soldOutFrom(
  loaders: Loaders,
  outletId: string,
  recipe: readonly RecipeLine[],
): Promise<Date | null> {
  const moments = await Promise.all(
    needsOf(recipe).map(async ({ ingredientId, quantity }) => {
      const item = await loaders.available.load({ outletId, ingredientId });
      return item && shortFrom(loaders, item, quantity);
    }),
  );
  return moments.reduce<Date | null>(
    (first, moment) => (moment !== null && (first === null || moment < first) ? moment : first),
    null,
  );
}
