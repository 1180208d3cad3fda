/** Why stock could not be promised for an order: which of its lines take what ran out. */
import { multiply } from '../../../platform/money.js';
import type { MenuItem, RecipeLine } from './menu.js';
import type { OrderLineRecord } from './order.js';
import { servingOf } from './requirements.js';

/** What stock says of an ingredient: how much more the whole order would have needed, in the ingredient's unit. */
export interface Shortage {
  readonly ingredientId: string;
  readonly missing: number;
}

/** One line of an order and one ingredient that ran out for it. Figures are in the ingredient's unit. */
export interface RejectedLine {
  /** The line's place; null where no line takes the ingredient by the recipe of now. */
  readonly position: number | null;
  readonly ingredientId: string;
  /** The option that takes it; null where the item itself does. */
  readonly optionId: string | null;
  /** By the line. */
  readonly requested: number;
  /** At the outlet, for all lines together, when stock answered. */
  readonly available: number;
}

/** The same, as events say it. */
export interface SoldOutLine {
  readonly menuItemId: string;
  readonly name: string;
  readonly ingredientIds: readonly string[];
}

export interface Rejection {
  readonly lines: readonly RejectedLine[];
  readonly soldOut: readonly SoldOutLine[];
}

/**
 * @param lines of the order.
 * @param shortages the ingredients that it was rejected for.
 * @param itemOf an item of the menu.
 */
export function rejectionOf(
  lines: readonly Pick<OrderLineRecord, 'position' | 'menuItemId' | 'name' | 'quantity' | 'options'>[],
  shortages: readonly Shortage[],
  itemOf: (menuItemId: string) => MenuItem | undefined,
): Rejection {
  const rejected = shortages.flatMap(({ ingredientId, missing }): RejectedLine[] => {
    const taking = lines.flatMap((line) => {
      const taken = takenBy(line, itemOf(line.menuItemId), ingredientId);
      return taken === null ? [] : [{ ...taken, position: line.position }];
    });
    const total = taking.reduce((sum, { requested }) => sum + requested, 0);
    const available = Math.max(0, total - missing);
    return taking.length === 0
      ? [{ position: null, ingredientId, optionId: null, requested: missing, available }]
      : taking.map((taken) => ({ ...taken, ingredientId, available }));
  });
  return {
    lines: rejected,
    soldOut: lines.flatMap(({ position, menuItemId, name }) => {
      const ingredientIds = rejected
        .filter((each) => each.position === position)
        .map(({ ingredientId }) => ingredientId);
      return ingredientIds.length === 0 ? [] : [{ menuItemId, name, ingredientIds }];
    }),
  };
}

/** What a line takes of an ingredient; null for nothing. */
function takenBy(
  { quantity, options }: Pick<OrderLineRecord, 'quantity' | 'options'>,
  item: MenuItem | undefined,
  ingredientId: string,
): Pick<RejectedLine, 'optionId' | 'requested'> | null {
  if (item === undefined) return null;
  const chosen = new Set(options.map(({ id }) => id));
  const of = item.optionGroups.flatMap((group) => group.options).filter(({ id }) => chosen.has(id));
  const serving = servingOf(item, of).find((part) => part.ingredientId === ingredientId);
  if (serving === undefined) return null;
  const isOfItem = takes(item.recipe, ingredientId);
  const option = isOfItem ? undefined : of.find(({ recipe }) => takes(recipe, ingredientId));
  return { optionId: option?.id ?? null, requested: multiply(serving.quantity, quantity) };
}

function takes(recipe: readonly RecipeLine[], ingredientId: string): boolean {
  return recipe.some((part) => part.ingredientId === ingredientId && part.quantity > 0);
}
