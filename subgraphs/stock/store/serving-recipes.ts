/**
 * Copies of what a serving of each item takes, written by events alone, a newer state in place of an older one; and what an outlet has of the
 * whole menu by them.
 */
import type { DomainEvent } from '../../../platform/events/envelope.js';
import { needsOf, type RecipeLine } from '../domain/servings.js';
import type { OwnStockDatabase, Transaction } from './database.js';

interface ServingRecipe {
  readonly menuItemId: string;
  readonly isArchived: boolean;
  readonly recipe: readonly RecipeLine[];
  readonly version: number;
}

/** The recipe with what the default option of each group adds or takes away. */
export function servingRecipeOf({
  data,
  aggregateVersion: version,
}: DomainEvent<'menu-item.changed'> | DomainEvent<'menu-item.recipe-carried-forward'>): ServingRecipe {
  const { menuItemId, isArchived } = data;
  const groups = 'optionGroups' in data ? data.optionGroups : [];
  const defaults = groups.flatMap(({ options }) => options.filter(({ isDefault }) => isDefault));
  const recipe = needsOf([...data.recipe, ...defaults.flatMap((option) => option.recipe)]);
  return { menuItemId, isArchived, recipe, version };
}

export async function upsertServingRecipe(
  tx: Transaction,
  { menuItemId, recipe, isArchived, version }: ServingRecipe,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO serving_recipe (menu_item_id, recipe, is_archived, version)
    VALUES (${menuItemId}::uuid, ${JSON.stringify(recipe)}::jsonb, ${isArchived}, ${version})
    ON CONFLICT (menu_item_id) DO UPDATE
    SET recipe = excluded.recipe, is_archived = excluded.is_archived, version = excluded.version
    WHERE serving_recipe.version < excluded.version`;
}

/** All that the availability of an outlet's items follows from, at one moment. */
export interface OutletStock {
  /** Rises with every change of any of it, at whichever process it is read. */
  readonly version: number;
  readonly available: Readonly<Record<string, number>>;
  readonly takenOff: readonly string[];
  /** When something that was taken off is there again; null for nothing known. */
  readonly nextUntil: Date | null;
  readonly items: readonly Pick<ServingRecipe, 'menuItemId' | 'recipe'>[];
  readonly at: Date;
}

/** By one statement. Versions only rise, rows are never deleted, and a moment that passes counts as a change: so does their sum. */
export async function findOutletStock({ pool }: OwnStockDatabase, outletId: string): Promise<OutletStock> {
  const { rows } = await pool.query<OutletStock>({
    name: 'outlet-stock',
    text: `
      WITH item AS (SELECT ingredient_id, available, version, removed_at FROM stock_item WHERE outlet_id = $1),
      hand AS (
        SELECT subject_id, version, is_available, until, coalesce(until <= now(), false) AS is_over
        FROM hand_availability_copy WHERE outlet_id = $1
      )
      SELECT now() AS at,
        (coalesce((SELECT sum(version) FROM item), 0) + coalesce((SELECT sum(2 * version + is_over::int) FROM hand), 0)
          + coalesce((SELECT sum(version) FROM serving_recipe), 0))::float8 AS version,
        coalesce((SELECT jsonb_object_agg(ingredient_id, available) FROM item WHERE removed_at IS NULL), '{}') AS available,
        coalesce((SELECT jsonb_agg(subject_id) FROM hand WHERE NOT is_available AND NOT is_over), '[]') AS "takenOff",
        (SELECT min(until) FROM hand WHERE NOT is_available AND NOT is_over) AS "nextUntil",
        coalesce((SELECT jsonb_agg(jsonb_build_object('menuItemId', menu_item_id, 'recipe', recipe) ORDER BY menu_item_id)
                  FROM serving_recipe WHERE NOT is_archived), '[]') AS items`,
    values: [outletId],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('A database has a present');
  return row;
}
