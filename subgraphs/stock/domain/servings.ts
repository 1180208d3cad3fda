/** How many servings what is available makes. */
export interface RecipeLine {
  readonly ingredientId: string;
  readonly quantity: number;
}

/** Servings of a recipe that takes nothing from stock: the largest Int of GraphQL. */
export const UNLIMITED = 2_147_483_647;

export function servingsFrom(
  recipe: readonly RecipeLine[],
  available: (ingredientId: string) => number,
): number {
  const servings = needsOf(recipe).map(({ ingredientId, quantity }) =>
    Math.floor(available(ingredientId) / quantity),
  );
  return Math.min(UNLIMITED, ...servings);
}

/** What one serving takes, each ingredient once. */
export function needsOf(recipe: readonly RecipeLine[]): RecipeLine[] {
  const needs = new Map<string, number>();
  for (const { ingredientId, quantity } of recipe) {
    needs.set(ingredientId, (needs.get(ingredientId) ?? 0) + quantity);
  }
  return [...needs]
    .map(([ingredientId, quantity]) => ({ ingredientId, quantity }))
    .filter(({ quantity }) => quantity > 0);
}
