/**
 * The ingredients of the menu: 38 that lie on a scale (SHELF) and 8 that are counted (COUNT), the same at every outlet.
 */
import { seedId } from './ids.js';

export interface SeedIngredient {
  readonly id: string;
  readonly name: string;
  readonly unit: 'GRAM' | 'MILLILITRE' | 'PIECE';
  /** The scale that it lies on; null for what is counted. */
  readonly scale: { readonly gramsPerUnit: number; readonly tareGrams: number } | null;
}

/** Recipes name ingredients by these keys. */
export type IngredientKey = keyof typeof DEFINITIONS;

const BOWL = 400;
const CANISTER = 1_200;
const RACK = 3_000;

const inGrams = (name: string, tareGrams: number) =>
  ({ name, unit: 'GRAM', scale: { gramsPerUnit: 1, tareGrams } }) as const;
const inMillilitres = (name: string, tareGrams: number) =>
  ({ name, unit: 'MILLILITRE', scale: { gramsPerUnit: 1, tareGrams } }) as const;
const piecesOf = (gramsPerUnit: number, name: string) =>
  ({ name, unit: 'PIECE', scale: { gramsPerUnit, tareGrams: RACK } }) as const;
const counted = (name: string) => ({ name, unit: 'PIECE', scale: null }) as const;

const DEFINITIONS = {
  blackTea: inGrams('Daun Teh Hitam', BOWL),
  jasmineTea: inGrams('Daun Teh Melati', BOWL),
  oolongTea: inGrams('Daun Teh Oolong', BOWL),
  greenTea: inGrams('Daun Teh Hijau', BOWL),
  arabica: inGrams('Biji Kopi Arabika', CANISTER),
  robusta: inGrams('Biji Kopi Robusta', CANISTER),
  milk: inMillilitres('Susu Segar', RACK),
  oatMilk: inMillilitres('Susu Oat', RACK),
  condensedMilk: inMillilitres('Susu Kental Manis', CANISTER),
  creamer: inGrams('Krimer Bubuk', CANISTER),
  coconutMilk: inMillilitres('Santan', CANISTER),
  sugarSyrup: inMillilitres('Sirup Gula', CANISTER),
  palmSugar: inMillilitres('Gula Aren Cair', CANISTER),
  honey: inMillilitres('Madu', BOWL),
  caramelSyrup: inMillilitres('Sirup Karamel', CANISTER),
  vanillaSyrup: inMillilitres('Sirup Vanila', CANISTER),
  hazelnutSyrup: inMillilitres('Sirup Hazelnut', CANISTER),
  lycheeSyrup: inMillilitres('Sirup Leci', CANISTER),
  gingerSyrup: inMillilitres('Sirup Jahe', CANISTER),
  chocolate: inGrams('Bubuk Cokelat', BOWL),
  matcha: inGrams('Bubuk Matcha', BOWL),
  taro: inGrams('Bubuk Taro', BOWL),
  redVelvet: inGrams('Bubuk Red Velvet', BOWL),
  mango: inGrams('Bubur Mangga', CANISTER),
  strawberry: inGrams('Bubur Stroberi', CANISTER),
  passionFruit: inGrams('Daging Markisa', CANISTER),
  lemon: inMillilitres('Sari Lemon', CANISTER),
  boba: inGrams('Boba Tapioka', CANISTER),
  grassJelly: inGrams('Cincau Hitam', CANISTER),
  coconutJelly: inGrams('Nata de Coco', CANISTER),
  pudding: inGrams('Puding Susu', CANISTER),
  cheeseFoam: inGrams('Krim Keju', CANISTER),
  whippedCream: inGrams('Krim Kocok', CANISTER),
  dates: inGrams('Kurma', BOWL),
  ice: inGrams('Es Batu', RACK),
  cup: piecesOf(12, 'Gelas Reguler'),
  largeCup: piecesOf(15, 'Gelas Besar'),
  lid: piecesOf(3, 'Tutup Gelas'),
  croissant: counted('Croissant Mentega'),
  toast: counted('Roti Bakar'),
  cookie: counted('Kukis Cokelat'),
  bananaBread: counted('Roti Pisang'),
  cheeseStick: counted('Stik Keju'),
  toteBag: counted('Tas Kanvas'),
  coffeePack: counted('Kopi Kemasan 200 g'),
  tumbler: counted('Tumbler Edisi Terbatas'),
} as const satisfies Record<string, Omit<SeedIngredient, 'id'>>;

export const INGREDIENTS: readonly SeedIngredient[] = Object.values(DEFINITIONS).map((definition, index) => ({
  id: seedId('ingredient', index),
  ...definition,
}));

const IDS = new Map(Object.keys(DEFINITIONS).map((key, index) => [key, seedId('ingredient', index)]));

/** A recipe: the quantity of each ingredient, in its unit. */
export type Amounts = Partial<Record<IngredientKey, number>>;

export function recipeOf(amounts: Amounts): { ingredientId: string; quantity: number }[] {
  return Object.entries(amounts).map(([key, quantity]) => ({ ingredientId: ingredientIdOf(key), quantity }));
}

/** @param key an `IngredientKey`. */
export function ingredientIdOf(key: string): string {
  const id = IDS.get(key);
  if (id === undefined) throw new Error(`No ingredient ${key}`);
  return id;
}
