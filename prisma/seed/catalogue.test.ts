import { expect, test } from 'vitest';
import { isId } from '../../platform/ids.js';
import { CATALOGUE } from './catalogue.js';

const {
  franchises,
  ingredients,
  menuItems,
  outletPrices,
  outlets,
  people,
  stockItems,
  suppliers,
  supplierPrices,
} = CATALOGUE;

test('the chain has the size that is documented', () => {
  expect(franchises.length).toBeGreaterThanOrEqual(2);
  expect(outlets).toHaveLength(25);
  expect(new Set(outlets.map(({ city }) => city)).size).toBe(5);
  expect(ingredients.filter(({ scale }) => scale !== null).length).toBeGreaterThanOrEqual(30);
});

test('every outlet offers at least 40 items on any day of the year', () => {
  const allYear = menuItems.filter(({ season }) => season === null);
  for (const outlet of outlets) {
    const withdrawn = outletPrices.filter((price) => price.outletId === outlet.id && !price.isOffered);
    expect(allYear.length - withdrawn.length).toBeGreaterThanOrEqual(40);
  }
});

test('ids and barcodes are unique, and ids rise in the order of the lists', () => {
  const lists = [franchises, outlets, ingredients, menuItems, people, stockItems, suppliers, supplierPrices];
  const ids = lists.flatMap((list) => list.map(({ id }) => id));
  const options = menuItems.flatMap((item) =>
    item.optionGroups.flatMap((group) => [group.id, ...group.options.map(({ id }) => id)]),
  );
  const shelves = stockItems.flatMap(({ shelf }) => (shelf === null ? [] : [shelf.id]));
  const all = [...ids, ...options, ...shelves];
  expect(all.filter((id) => !isId(id))).toEqual([]);
  expect(new Set(all).size).toBe(all.length);
  expect(new Set(menuItems.map(({ barcode }) => barcode)).size).toBe(menuItems.length);
  for (const list of lists) {
    const inOrder = list.map(({ id }) => id);
    expect(inOrder.toSorted()).toEqual(inOrder);
  }
});

test('every outlet can order every ingredient from a supplier of the whole chain', () => {
  const ofChain = new Set(suppliers.filter(({ franchiseId }) => franchiseId === null).map(({ id }) => id));
  const sold = new Set(
    supplierPrices
      .filter(({ supplierId }) => ofChain.has(supplierId))
      .map(({ ingredientId }) => ingredientId),
  );
  expect(ingredients.filter(({ id }) => !sold.has(id))).toEqual([]);
});

test('every option group has a default within its bounds', () => {
  for (const group of menuItems.flatMap(({ optionGroups }) => optionGroups)) {
    const defaults = group.options.filter(({ isDefault }) => isDefault).length;
    expect(defaults).toBeGreaterThanOrEqual(Math.max(1, group.minimum));
    expect(defaults).toBeLessThanOrEqual(group.maximum);
  }
});

test('no choice of options requires a negative amount of an ingredient', () => {
  for (const { recipe, optionGroups } of menuItems) {
    for (const { ingredientId, quantity } of recipe) {
      const taken = optionGroups.map(({ options }) =>
        Math.min(0, ...options.map((option) => amountIn(option.recipe, ingredientId))),
      );
      expect(quantity + taken.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(0);
    }
  }
});

test('everything on sale can be made at every outlet from the start', () => {
  for (const outlet of outlets) {
    const onHand = new Map(
      stockItems
        .filter(({ outletId }) => outletId === outlet.id)
        .map((item) => [item.ingredientId, item.onHand]),
    );
    for (const { isLimited, recipe } of menuItems) {
      const servings = Math.min(
        ...recipe.map(({ ingredientId, quantity }) => Math.floor((onHand.get(ingredientId) ?? 0) / quantity)),
      );
      if (isLimited) expect(servings).toBe(100);
      else expect(servings).toBeGreaterThanOrEqual(200);
    }
  }
});

test("a shelf's last reading says what is on hand", () => {
  for (const { onHand, shelf, tracking } of stockItems) {
    expect(shelf === null).toBe(tracking === 'COUNT');
    if (shelf !== null) expect((shelf.grams - shelf.tareGrams) / shelf.gramsPerUnit).toBe(onHand);
  }
});

function amountIn(
  recipe: readonly { ingredientId: string; quantity: number }[],
  ingredientId: string,
): number {
  return recipe
    .filter((line) => line.ingredientId === ingredientId)
    .reduce((sum, { quantity }) => sum + quantity, 0);
}
