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
