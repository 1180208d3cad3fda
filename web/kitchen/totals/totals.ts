/** What the tickets come to: drinks to make, and how far what is on the scales goes for them. Pure. */
import type { MenuItem } from '../menu.js';
import type { Ticket } from '../queue/kitchen-state.js';

export interface Level {
  readonly ingredientId: string;
  readonly name: string;
  readonly unit: string;
  /** As the scale or the ledger says. */
  readonly onHand: number;
}

export interface DrinkTotal {
  readonly name: string;
  readonly quantity: number;
}

export interface IngredientTotal {
  readonly ingredientId: string;
  readonly name: string;
  /** What is on hand, in drinks of those to make; of the usual portion where none takes it. */
  readonly servings: number;
  /** Drinks to make that take it. */
  readonly needed: number;
  /** How many of them it covers, in the order in which they are made. */
  readonly covered: number;
}

/** What is still to be made, of one drink the sum over all tickets; most first. */
export function drinksOf(tickets: readonly Ticket[]): DrinkTotal[] {
  const quantities = new Map<string, number>();
  for (const line of openLines(tickets)) {
    const name = line.substituteName ?? line.name;
    quantities.set(name, (quantities.get(name) ?? 0) + line.quantity);
  }
  return [...quantities]
    .map(([name, quantity]) => ({ name, quantity }))
    .sort((one, other) => other.quantity - one.quantity || one.name.localeCompare(other.name));
}

/** Of each ingredient that recipes take: first what does not cover the tickets, then what is left for fewest servings. */
export function ingredientsOf(
  tickets: readonly Ticket[],
  items: ReadonlyMap<string, MenuItem>,
  levels: Iterable<Level>,
): IngredientTotal[] {
  const portions = portionsOf(items);
  const lines = openLines(tickets);
  return [...levels]
    .flatMap(({ ingredientId, name, onHand }) => {
      const portion = portions.get(ingredientId);
      if (portion === undefined) return [];
      let needed = 0;
      let covered = 0;
      let left = onHand;
      for (const { menuItem, substitute, quantity } of lines) {
        const each = amountIn(items.get((substitute ?? menuItem)?.id ?? ''), ingredientId);
        if (each === 0) continue;
        needed += quantity;
        const made = Math.min(quantity, Math.floor(left / each));
        covered += made;
        left -= made * each;
      }
      return [{ ingredientId, name, servings: Math.max(0, Math.floor(onHand / portion)), needed, covered }];
    })
    .sort(
      (one, other) =>
        Number(other.covered < other.needed) - Number(one.covered < one.needed) ||
        one.servings - other.servings,
    );
}

function openLines(tickets: readonly Ticket[]): Ticket['lines'] {
  return tickets
    .filter(({ status }) => status === 'PAID' || status === 'PREPARING')
    .flatMap(({ lines }) => lines.filter(({ isReady }) => !isReady));
}

function amountIn(item: MenuItem | undefined, ingredientId: string): number {
  return item?.recipe?.find(({ ingredient }) => ingredient?.id === ingredientId)?.quantity ?? 0;
}

/** Of each ingredient the portion in the middle of those that recipes take. */
function portionsOf(items: ReadonlyMap<string, MenuItem>): Map<string, number> {
  const all = new Map<string, number[]>();
  for (const { recipe } of items.values())
    for (const { ingredient, quantity } of recipe ?? [])
      if (ingredient !== null && quantity > 0)
        all.set(ingredient.id, [...(all.get(ingredient.id) ?? []), quantity]);
  return new Map(
    [...all].map(([id, quantities]) => {
      const sorted = quantities.sort((one, other) => one - other);
      return [id, sorted[Math.floor(sorted.length / 2)] ?? 1];
    }),
  );
}
