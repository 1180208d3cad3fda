/** What an item looks like where nobody has uploaded a picture: its vessel, the colours of its layers and its toppings, by its category and its name in either language. */
import type { Item } from '../menu/menu.js';

export type Vessel =
  | 'cup'
  | 'mug'
  | 'croissant'
  | 'toast'
  | 'cookie'
  | 'loaf'
  | 'sticks'
  | 'tote'
  | 'pouch'
  | 'tumbler';
export type Topping = 'boba' | 'jelly' | 'grassJelly' | 'pudding' | 'foam' | 'fruit' | 'drizzle';

export interface Drawing {
  readonly vessel: Vessel;
  /** Of the larger part. */
  readonly colour: string;
  /** Of what is layered on it or shines through. */
  readonly second: string;
  readonly toppings: readonly Topping[];
  readonly hasIce: boolean;
}

type Named = Pick<Item, 'name' | 'nameEn' | 'category' | 'optionGroups'>;

/** The first word that a name contains decides; layers first, then tastes. */
const TASTES: readonly (readonly [RegExp, string, string])[] = [
  [/straw?berr?y.*matcha|stroberi.*matcha|matcha.*str/, '#8fae5d', '#e2788c'],
  [/mango.*passion|mangga.*markisa/, '#f3a93c', '#e8743b'],
  [/taro|talas/, '#b79ad3', '#e9def2'],
  [/matcha/, '#9cb86a', '#e8efd2'],
  [/red velvet/, '#b5474d', '#f3d9d3'],
  [/stra?wberr?y|stroberi/, '#e4677c', '#f7b5b5'],
  [/mango|mangga/, '#f5b23d', '#fbd98a'],
  [/lychee|leci/, '#f0c8c4', '#fbe9e4'],
  [/passion|markisa/, '#f0932f', '#f9c75b'],
  [/lemon|honey|madu/, '#efc94c', '#f8e7a0'],
  [/coconut|kelapa|santan|cincau/, '#efe6d6', '#cbb894'],
  [/palm sugar|gula aren|aren|brown sugar/, '#d9b38c', '#7a4a24'],
  [/caramel|karamel/, '#d8a56a', '#a9662d'],
  [/hazelnut/, '#b98a62', '#8a5a35'],
  [/vanilla|vanila/, '#ead9b8', '#b58a5b'],
  [/chocolate|cokelat|coklat/, '#8d5b3f', '#5a3423'],
  [/ginger|jahe/, '#e3b873', '#f5e3c2'],
  [/oolong/, '#c8955f', '#ead3b3'],
  [/jasmine|melati|green|hijau/, '#d9c27a', '#f1e8c4'],
  [/espresso|americano|tubruk/, '#4f3222', '#8a5a35'],
  [/cappuccino|latte|coffee|kopi/, '#b98a62', '#efe0c9'],
];

const BY_CATEGORY: Readonly<Record<string, readonly [string, string]>> = {
  MILK_TEA: ['#cfa27a', '#efdcc4'],
  FRUIT_TEA: ['#e8a34a', '#f8d794'],
  COFFEE: ['#9c6d47', '#e9d5ba'],
  CHOCOLATE: ['#8d5b3f', '#5a3423'],
  SIGNATURE: ['#c79a6a', '#f0dfc6'],
  SNACK: ['#d9a35f', '#b9793a'],
  MERCHANDISE: ['#0b6e4f', '#d49a6a'],
};

const TOPPINGS: readonly (readonly [RegExp, Topping])[] = [
  [/boba|pearl|mutiara/, 'boba'],
  [/grass jelly|cincau/, 'grassJelly'],
  [/jelly|nata|jeli/, 'jelly'],
  [/pudding|puding/, 'pudding'],
  [/foam|cloud|awan|busa|pulled|tarik|cappuccino/, 'foam'],
  [/lychee|leci|mango|mangga|stra?wberr?y|stroberi|lemon|passion|markisa/, 'fruit'],
  [/caramel|karamel|brown sugar|palm sugar|aren/, 'drizzle'],
];

const SNACKS: readonly (readonly [RegExp, Vessel])[] = [
  [/croissant|kroisan/, 'croissant'],
  [/toast|roti bakar/, 'toast'],
  [/cookie|kukis|kue kering/, 'cookie'],
  [/stick|stik/, 'sticks'],
];

const GOODS: readonly (readonly [RegExp, Vessel])[] = [
  [/tote|tas|kanvas/, 'tote'],
  [/coffee|kopi|beans|biji/, 'pouch'],
];

/** @param chosen names of options that are chosen beside what the name says. */
export function drawingOf(item: Named, chosen: readonly string[] = []): Drawing {
  const name = `${item.name} ${item.nameEn ?? ''}`.toLowerCase();
  const words = `${name} ${chosen.join(' ').toLowerCase()}`;
  const taste = item.category === 'MERCHANDISE' ? undefined : TASTES.find(([pattern]) => pattern.test(name));
  const [, colour, second] = taste ?? ['', ...(BY_CATEGORY[item.category] ?? ['#c79a6a', '#f0dfc6'])];
  const vessel = vesselOf(item, name);
  const isDrink = vessel === 'cup' || vessel === 'mug';
  return {
    vessel,
    colour: colour ?? '#c79a6a',
    second: second ?? '#f0dfc6',
    toppings: isDrink ? toppingsIn(words, item.category) : [],
    hasIce: vessel === 'cup' && !chosen.some((option) => /no ice|tanpa es/i.test(option)),
  };
}

function vesselOf({ category, optionGroups }: Named, name: string): Vessel {
  if (category === 'SNACK') return SNACKS.find(([pattern]) => pattern.test(name))?.[1] ?? 'loaf';
  if (category === 'MERCHANDISE') return GOODS.find(([pattern]) => pattern.test(name))?.[1] ?? 'tumbler';
  return optionGroups.some((group) => /\bice\b|\bes\b/i.test(group.name)) ? 'cup' : 'mug';
}

function toppingsIn(words: string, category: string): Topping[] {
  const found: Topping[] = [];
  for (const [pattern, topping] of TOPPINGS) {
    if (!pattern.test(words)) continue;
    if (topping === 'jelly' && found.includes('grassJelly') && !/nata|coconut jelly/.test(words)) continue;
    if (topping === 'fruit' && category !== 'FRUIT_TEA' && category !== 'SIGNATURE') continue;
    found.push(topping);
  }
  return found;
}
