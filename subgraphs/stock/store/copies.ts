/** Copies of the menu's outlets and limited items, for events alone: a newer state replaces an older one, in any order. */

import type { DomainEvent } from '../../../platform/events/envelope.js';
import type { EventData } from '../../../platform/events/event-types.js';
import { isId } from '../../../platform/ids.js';
import type { Outlet } from '../../../prisma/stock/client/client.js';
import type { StockDatabase, Transaction, Work } from './database.js';

export async function copyOutlet(tx: Transaction, event: DomainEvent<'outlet.changed'>): Promise<void> {
  const { outletId, franchiseId, name } = event.data;
  await tx.$executeRaw`
    INSERT INTO outlet (id, franchise_id, name, version)
    VALUES (${outletId}::uuid, ${franchiseId}::uuid, ${name}, ${event.aggregateVersion})
    ON CONFLICT (id) DO UPDATE
    SET franchise_id = excluded.franchise_id, name = excluded.name, version = excluded.version
    WHERE outlet.version < excluded.version`;
}

export async function outletsByIds({ prisma }: StockDatabase, ids: readonly string[]): Promise<Outlet[]> {
  return prisma.outlet.findMany({ where: { id: { in: ids.filter(isId) } } });
}

/** Keeps the copy. @returns the ingredients of an item that has become limited, or that is and has another recipe now. */
export async function copyLimitedItem(
  tx: Transaction,
  { data, aggregateVersion }: DomainEvent<'menu-item.changed'>,
): Promise<string[]> {
  const isLimited = data.isLimited && !data.isArchived;
  const ingredientIds = ingredientsOf(data);
  const [copied] = await tx.$queryRaw<{ isNews: boolean }[]>`
    INSERT INTO limited_item (menu_item_id, is_limited, ingredient_ids, version)
    VALUES (${data.menuItemId}::uuid, ${isLimited}, ${ingredientIds}::uuid[], ${aggregateVersion})
    ON CONFLICT (menu_item_id) DO UPDATE
    SET is_limited = excluded.is_limited, ingredient_ids = excluded.ingredient_ids, version = excluded.version
    WHERE limited_item.version < excluded.version
    RETURNING (old.is_limited, old.ingredient_ids) IS DISTINCT FROM (new.is_limited, new.ingredient_ids) AS "isNews"`;
  return isLimited && copied?.isNews ? ingredientIds : [];
}

/**
 * Tells what is available of ingredients at every outlet, each caused by the work that it is given with: whatever moved while
 * no limited item had them was told to nobody. What moves in the same moment either waits and is then told as of a limited
 * item's ingredient, or is waited for.
 */
export async function tellAvailability(works: ReadonlyMap<string, Work>): Promise<void> {
  const [any] = works.values();
  if (any === undefined) return;
  const items = await any.tx.$queryRaw<
    { id: string; version: number; outletId: string; ingredientId: string; available: number }[]
  >`
    SELECT id, version, outlet_id AS "outletId", ingredient_id AS "ingredientId", available
    FROM stock_item WHERE ingredient_id = ANY (${[...works.keys()]}::uuid[]) AND removed_at IS NULL
    ORDER BY id FOR SHARE`;
  for (const { id, version, ...data } of items) {
    works.get(data.ingredientId)?.emit({
      type: 'stock.limited-availability-changed',
      aggregateId: id,
      aggregateVersion: version,
      data,
    });
  }
}

function ingredientsOf({ recipe }: EventData['menu-item.changed']): string[] {
  return [...new Set(recipe.map(({ ingredientId }) => ingredientId))];
}
