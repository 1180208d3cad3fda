/**
 * The demo chain as data, the same every time: every subgraph's seed writes its part of it. Every outlet offers at least
 * 40 items all year, opens with stock for thousands of each, and has 100 limited tumblers.
 */
import { maximumUnpaidAmount, maximumUnpaidOrders } from '../../platform/outlet-settings/registry.js';
import { FRANCHISES, OUTLETS, PEOPLE, type SeedOutlet } from './chain.js';
import { seedId } from './ids.js';
import { INGREDIENTS, type SeedIngredient } from './ingredients.js';
import { MENU_ITEMS } from './menu-items.js';
import { SUPPLIER_PRICES, SUPPLIERS } from './suppliers.js';

/** An ingredient at an outlet, as the outlet opens with it. */
export interface SeedStockItem {
  readonly id: string;
  readonly outletId: string;
  readonly franchiseId: string;
  readonly ingredientId: string;
  readonly tracking: 'SHELF' | 'COUNT';
  readonly onHand: number;
  readonly reorderPoint: number;
  /** Its one shelf, whose last reading of `grams` amounts to `onHand`; null for what is counted. */
  readonly shelf: {
    readonly id: string;
    readonly gramsPerUnit: number;
    readonly tareGrams: number;
    readonly grams: number;
  } | null;
}

/** Where an outlet differs from the chain. */
export interface SeedOutletPrice {
  readonly menuItemId: string;
  readonly outletId: string;
  readonly price: number | null;
  readonly isOffered: boolean;
}

/** Opening stock covers so many of the item that needs most of an ingredient. */
const SERVINGS_IN_STOCK = 5_000;
const COUNTED_IN_STOCK = 1_000;
const LIMITED_IN_STOCK = 100;
const REORDER_SHARE = 0.1;

/** Coffee costs more in Denpasar, milk tea less in Yogyakarta. */
const LOCAL_PRICES = [
  { city: 'Denpasar', category: 'COFFEE', delta: 3_000 },
  { city: 'Yogyakarta', category: 'MILK_TEA', delta: -2_000 },
];

/** Of each ingredient, the most that one of an item or an option takes. */
const LARGEST_USES = new Map<string, number>();
for (const { recipe, optionGroups } of MENU_ITEMS)
  for (const line of [
    ...recipe,
    ...optionGroups.flatMap(({ options }) => options.flatMap((option) => option.recipe)),
  ])
    LARGEST_USES.set(line.ingredientId, Math.max(line.quantity, LARGEST_USES.get(line.ingredientId) ?? 0));

const LIMITED_INGREDIENTS = new Set(
  MENU_ITEMS.filter(({ isLimited }) => isLimited).flatMap(({ recipe }) =>
    recipe.map(({ ingredientId }) => ingredientId),
  ),
);

export const CATALOGUE = {
  franchises: FRANCHISES,
  outlets: OUTLETS,
  people: PEOPLE,
  ingredients: INGREDIENTS,
  menuItems: MENU_ITEMS,
  suppliers: SUPPLIERS,
  supplierPrices: SUPPLIER_PRICES,
  outletPrices: OUTLETS.flatMap(outletPrices),
  /** The demo bounds unpaid orders by the settings' maxima alone. */
  chainSettings: {
    [maximumUnpaidOrders.key]: { value: maximumUnpaidOrders.maximum, isLocked: false },
    [maximumUnpaidAmount.key]: { value: maximumUnpaidAmount.maximum, isLocked: false },
  },
  stockItems: OUTLETS.flatMap((outlet, place) =>
    INGREDIENTS.map((ingredient, index) => stockItem(outlet, ingredient, place * INGREDIENTS.length + index)),
  ),
} as const;

function stockItem(outlet: SeedOutlet, { id, scale }: SeedIngredient, ordinal: number): SeedStockItem {
  const onHand = openingOf(id, scale !== null);
  return {
    id: seedId('stock-item', ordinal),
    outletId: outlet.id,
    franchiseId: outlet.franchiseId,
    ingredientId: id,
    tracking: scale === null ? 'COUNT' : 'SHELF',
    onHand,
    reorderPoint: Math.round(onHand * REORDER_SHARE),
    shelf:
      scale === null
        ? null
        : { id: seedId('shelf', ordinal), ...scale, grams: onHand * scale.gramsPerUnit + scale.tareGrams },
  };
}

function openingOf(ingredientId: string, isWeighed: boolean): number {
  if (LIMITED_INGREDIENTS.has(ingredientId)) return LIMITED_IN_STOCK;
  if (!isWeighed) return COUNTED_IN_STOCK;
  return (LARGEST_USES.get(ingredientId) ?? 0) * SERVINGS_IN_STOCK;
}

function outletPrices(outlet: SeedOutlet, place: number): SeedOutletPrice[] {
  const local = LOCAL_PRICES.filter(({ city }) => city === outlet.city).flatMap(({ category, delta }) =>
    MENU_ITEMS.filter((item) => item.category === category && item.season === null).map(({ id, price }) => ({
      menuItemId: id,
      outletId: outlet.id,
      price: price + delta,
      isOffered: true,
    })),
  );
  // Every fourth outlet has no oven.
  const notBaked = place % 4 === 3 ? MENU_ITEMS.filter(({ name }) => name === 'Croissant Mentega') : [];
  return [
    ...local,
    ...notBaked.map(({ id }) => ({ menuItemId: id, outletId: outlet.id, price: null, isOffered: false })),
  ];
}
