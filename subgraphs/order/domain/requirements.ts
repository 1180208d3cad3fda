/** The ingredients that an order requires: recipes with their options, times the quantities, summed per ingredient. */
import { multiply } from '../../../platform/money.js';
import type { MenuItem, MenuOption, RecipeLine } from './menu.js';

/** One unit with its options. An option that takes from the recipe never makes an ingredient negative. */
export function servingOf(item: MenuItem, options: readonly MenuOption[]): RecipeLine[] {
  const sum = new Map<string, number>();
  for (const { ingredientId, quantity } of [...item.recipe, ...options.flatMap(({ recipe }) => recipe)]) {
    sum.set(ingredientId, (sum.get(ingredientId) ?? 0) + quantity);
  }
  return positive(sum);
}

/**
 * What lines of an order require by the recipes of now. An item or option that is gone from the menu requires nothing.
 * @param itemOf an item of the menu.
 */
export function requirementsAgain(
  lines: readonly {
    readonly menuItemId: string;
    readonly quantity: number;
    readonly options: readonly { readonly id: string }[];
  }[],
  itemOf: (menuItemId: string) => MenuItem | undefined,
): RecipeLine[] {
  return requirementsOf(
    lines.flatMap(({ menuItemId, quantity, options }) => {
      const item = itemOf(menuItemId);
      if (item === undefined) return [];
      const chosen = new Set(options.map(({ id }) => id));
      const of = item.optionGroups.flatMap((group) => group.options).filter(({ id }) => chosen.has(id));
      return [{ serving: servingOf(item, of), quantity }];
    }),
  );
}

export function requirementsOf(
  lines: readonly { readonly serving: readonly RecipeLine[]; readonly quantity: number }[],
): RecipeLine[] {
  const sum = new Map<string, number>();
  for (const { serving, quantity } of lines) {
    for (const part of serving) {
      sum.set(part.ingredientId, (sum.get(part.ingredientId) ?? 0) + multiply(part.quantity, quantity));
    }
  }
  return positive(sum);
}

function positive(sum: ReadonlyMap<string, number>): RecipeLine[] {
  return [...sum]
    .filter(([, quantity]) => quantity > 0)
    .map(([ingredientId, quantity]) => ({ ingredientId, quantity }));
}
