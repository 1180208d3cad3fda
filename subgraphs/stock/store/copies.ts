/** Copies of the menu's outlets and limited items, for events alone: a newer state replaces an older one, in any order. */
import type { EventData } from '../../../platform/events/catalogue.js';
import type { DomainEvent } from '../../../platform/events/envelope.js';
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

/** Keeps the copy; an ingredient that is gone already when its item becomes limited is told of at once. */
export async function copyLimitedItem(
  { tx, emit }: Work,
  { data, aggregateVersion }: DomainEvent<'menu-item.changed'>,
): Promise<void> {
  const ingredientIds = ingredientsOf(data);
  const changed = await tx.$executeRaw`
    INSERT INTO limited_item (menu_item_id, is_limited, ingredient_ids, version)
    VALUES (${data.menuItemId}::uuid, ${data.isLimited && !data.isArchived}, ${ingredientIds}::uuid[], ${aggregateVersion})
    ON CONFLICT (menu_item_id) DO UPDATE
    SET is_limited = excluded.is_limited, ingredient_ids = excluded.ingredient_ids, version = excluded.version
    WHERE limited_item.version < excluded.version`;
  if (changed === 0 || !data.isLimited) return;
  const gone = await tx.stockItem.findMany({
    where: { ingredientId: { in: ingredientIds }, removedAt: null, available: 0 },
  });
  for (const { id, version, outletId, ingredientId, available } of gone) {
    emit({
      type: 'stock.limited-availability-changed',
      aggregateId: id,
      aggregateVersion: version,
      data: { outletId, ingredientId, available },
    });
  }
}

function ingredientsOf({ recipe }: EventData['menu-item.changed']): string[] {
  return [...new Set(recipe.map(({ ingredientId }) => ingredientId))];
}
