/** Copies of the menu's limited items, written by events alone, and what is available of their ingredients. */
import type { DomainEvent } from '../../../platform/events/envelope.js';
import type { EventData } from '../../../platform/events/event-types.js';
import type { Transaction } from './database.js';

/** @returns the ingredients of an item that has become limited, or that is limited and has other ingredients now. */
export async function upsertLimitedItem(
  tx: Transaction,
  { data, aggregateVersion }: DomainEvent<'menu-item.changed'>,
): Promise<string[]> {
  const isLimited = data.isLimited && !data.isArchived;
  const ingredientIds = ingredientsOf(data);
  const [copied] = await tx.$queryRaw<{ hasChanged: boolean }[]>`
    INSERT INTO limited_item (menu_item_id, is_limited, ingredient_ids, version)
    VALUES (${data.menuItemId}::uuid, ${isLimited}, ${ingredientIds}::uuid[], ${aggregateVersion})
    ON CONFLICT (menu_item_id) DO UPDATE
    SET is_limited = excluded.is_limited, ingredient_ids = excluded.ingredient_ids, version = excluded.version
    WHERE limited_item.version < excluded.version
    RETURNING (old.is_limited, old.ingredient_ids) IS DISTINCT FROM (new.is_limited, new.ingredient_ids) AS "hasChanged"`;
  return isLimited && copied?.hasChanged ? ingredientIds : [];
}

export interface Availability {
  readonly stockItemId: string;
  readonly version: number;
  readonly outletId: string;
  readonly ingredientId: string;
  readonly available: number;
}

/**
 * What is available of the ingredients, at every outlet. Waits for movements in progress, and those that start later wait for
 * this transaction: no change between two answers is missed.
 */
export async function findAvailabilities(
  tx: Transaction,
  ingredientIds: readonly string[],
): Promise<Availability[]> {
  if (ingredientIds.length === 0) return [];
  return tx.$queryRaw<Availability[]>`
    SELECT id AS "stockItemId", version, outlet_id AS "outletId", ingredient_id AS "ingredientId", available
    FROM stock_item WHERE ingredient_id = ANY (${[...ingredientIds]}::uuid[]) AND removed_at IS NULL
    ORDER BY id FOR SHARE`;
}

/** What an order of the item can take: its recipe, and what any of its options adds. */
function ingredientsOf({ recipe, optionGroups }: EventData['menu-item.changed']): string[] {
  const added = optionGroups.flatMap(({ options }) => options.flatMap((option) => option.recipe));
  const taken = [...recipe, ...added.filter(({ quantity }) => quantity > 0)];
  return [...new Set(taken.map(({ ingredientId }) => ingredientId))];
}
