/** What one serving takes when no option is chosen: the recipe with the default option of every group. */
import type { GroupDraft, RecipeLine } from './menu-item.js';

/** A line per ingredient. A default option that takes all of an ingredient away leaves no line of it. */
export function defaultServing(
  recipe: readonly RecipeLine[],
  optionGroups: readonly {
    readonly options: readonly Pick<GroupDraft['options'][number], 'isDefault' | 'recipe'>[];
  }[],
): RecipeLine[] {
  const defaults = optionGroups.flatMap(({ options }) => options.filter(({ isDefault }) => isDefault));
  const quantities = new Map<string, number>();
  for (const { ingredientId, quantity } of [...recipe, ...defaults.flatMap((option) => option.recipe)]) {
    quantities.set(ingredientId, (quantities.get(ingredientId) ?? 0) + quantity);
  }
  return [...quantities]
    .filter(([, quantity]) => quantity > 0)
    .map(([ingredientId, quantity]) => ({ ingredientId, quantity }));
}
