/**
 * The suppliers of the demo chain. The whole chain's sell every ingredient, so that each outlet can order everything; the franchises in Jakarta and
 * in the east have a bakery and an ice factory of their own as well.
 */
import type { Weekday } from '../../platform/kit/opening-hours.js';
import { FRANCHISES } from './chain.js';
import { seedId } from './ids.js';
import { type IngredientKey, ingredientIdOf } from './ingredients.js';

export interface SeedSupplier {
  readonly id: string;
  readonly franchiseId: string | null;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly leadTimeDays: number;
  readonly deliveryWeekdays: readonly Weekday[];
  readonly minimumOrder: number;
}

export interface SeedPrice {
  readonly id: string;
  readonly supplierId: string;
  readonly franchiseId: string | null;
  readonly ingredientId: string;
  /** In the ingredient's unit. */
  readonly packSize: number;
  /** Of a pack, in whole rupiah. */
  readonly price: number;
  readonly reference: string;
  /** How many days goods are good after the day on which they come; null for what does not spoil. */
  readonly shelfLifeDays: number | null;
}

const SHELF_LIFE_DAYS: Partial<Record<IngredientKey, number>> = {
  ...{ milk: 7, cheeseFoam: 10, whippedCream: 14, pudding: 5, coconutMilk: 5 },
  ...{ mango: 4, strawberry: 4, passionFruit: 5, lemon: 7, boba: 14, grassJelly: 7 },
  ...{ croissant: 2, toast: 3, bananaBread: 3, cheeseStick: 5, cookie: 21, ice: 3 },
};

/** Size and price of a pack. */
type Packs = Partial<Record<IngredientKey, readonly [packSize: number, price: number]>>;

interface Definition extends Omit<SeedSupplier, 'id' | 'franchiseId' | 'email' | 'phone'> {
  /** By its place among the franchises; left out for the whole chain's. */
  readonly franchise?: number;
  /** Of its mail and of its articles. */
  readonly code: string;
  readonly packs: Packs;
}

const TUESDAY_FRIDAY: readonly Weekday[] = ['TUESDAY', 'FRIDAY'];
const MONDAY_TO_SATURDAY: readonly Weekday[] = [
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
];

const DEFINITIONS: readonly Definition[] = [
  {
    ...{ name: 'PT Daun Nusantara', code: 'daun', leadTimeDays: 3, minimumOrder: 500_000 },
    deliveryWeekdays: TUESDAY_FRIDAY,
    packs: {
      ...{ blackTea: [5_000, 425_000], jasmineTea: [5_000, 475_000], oolongTea: [2_000, 390_000] },
      ...{ greenTea: [2_000, 260_000], matcha: [1_000, 520_000], chocolate: [1_000, 145_000] },
      ...{ taro: [1_000, 118_000], redVelvet: [1_000, 125_000], creamer: [5_000, 285_000] },
    },
  },
  {
    ...{ name: 'CV Kopi Tani', code: 'kopi', leadTimeDays: 2, minimumOrder: 750_000 },
    deliveryWeekdays: ['MONDAY', 'THURSDAY'],
    packs: { arabica: [5_000, 1_150_000], robusta: [5_000, 625_000], coffeePack: [20, 900_000] },
  },
  {
    ...{ name: 'PT Susu Jaya', code: 'susu', leadTimeDays: 1, minimumOrder: 300_000 },
    deliveryWeekdays: MONDAY_TO_SATURDAY,
    packs: {
      ...{ milk: [12_000, 204_000], oatMilk: [6_000, 228_000], condensedMilk: [10_000, 295_000] },
      ...{ cheeseFoam: [2_000, 190_000], whippedCream: [5_000, 365_000], pudding: [5_000, 140_000] },
    },
  },
  {
    ...{ name: 'PT Gula Makmur', code: 'gula', leadTimeDays: 4, minimumOrder: 400_000 },
    deliveryWeekdays: ['WEDNESDAY'],
    packs: {
      ...{ sugarSyrup: [20_000, 310_000], palmSugar: [10_000, 330_000], honey: [5_000, 425_000] },
      ...{ caramelSyrup: [6_000, 540_000], vanillaSyrup: [6_000, 510_000], hazelnutSyrup: [6_000, 525_000] },
      ...{ lycheeSyrup: [6_000, 330_000], gingerSyrup: [6_000, 300_000], dates: [5_000, 275_000] },
    },
  },
  {
    ...{ name: 'UD Buah Segar', code: 'buah', leadTimeDays: 1, minimumOrder: 200_000, deliveryWeekdays: [] },
    packs: {
      ...{ mango: [5_000, 210_000], strawberry: [5_000, 285_000], passionFruit: [5_000, 240_000] },
      ...{ lemon: [5_000, 165_000], coconutMilk: [6_000, 174_000], boba: [10_000, 270_000] },
      ...{ grassJelly: [10_000, 160_000], coconutJelly: [10_000, 175_000] },
    },
  },
  {
    ...{ name: 'PT Kemas Indah', code: 'kemas', leadTimeDays: 5, minimumOrder: 1_000_000 },
    deliveryWeekdays: ['TUESDAY'],
    packs: {
      ...{ cup: [1_000, 620_000], largeCup: [1_000, 740_000], lid: [1_000, 210_000] },
      ...{ toteBag: [50, 1_250_000], tumbler: [24, 2_160_000] },
    },
  },
  {
    ...{ name: 'CV Dapur Roti', code: 'roti', leadTimeDays: 1, minimumOrder: 150_000 },
    deliveryWeekdays: MONDAY_TO_SATURDAY,
    packs: {
      ...{ croissant: [24, 264_000], toast: [20, 130_000], cookie: [40, 220_000] },
      ...{ bananaBread: [12, 138_000], cheeseStick: [30, 165_000] },
    },
  },
  {
    ...{ name: 'Es Kristal Prima', code: 'es', leadTimeDays: 0, minimumOrder: 50_000, deliveryWeekdays: [] },
    packs: { ice: [10_000, 15_000] },
  },
  {
    ...{ name: 'Roti Pagi Menteng', code: 'pagi', franchise: 0, leadTimeDays: 1, minimumOrder: 100_000 },
    deliveryWeekdays: MONDAY_TO_SATURDAY,
    packs: { croissant: [12, 126_000], bananaBread: [6, 66_000] },
  },
  {
    ...{ name: 'Es Batu Wonokromo', code: 'wono', franchise: 2, leadTimeDays: 0, minimumOrder: 0 },
    ...{ deliveryWeekdays: [], packs: { ice: [25_000, 32_500] } },
  },
];

export const SUPPLIERS: readonly SeedSupplier[] = DEFINITIONS.map(
  ({ franchise, code, packs: _, ...definition }, index) => ({
    ...definition,
    id: seedId('supplier', index),
    franchiseId: franchiseIdOf(franchise),
    email: `pesanan@${code}.test`,
    phone: `+6221555${String(500 + index)}`,
  }),
);

const shelfLives = new Map(Object.entries(SHELF_LIFE_DAYS));

export const SUPPLIER_PRICES: readonly SeedPrice[] = DEFINITIONS.flatMap(
  ({ franchise, code, packs }, index) =>
    Object.entries(packs).map(([key, [packSize, price]], place) => ({
      ...{ supplierId: seedId('supplier', index), franchiseId: franchiseIdOf(franchise) },
      ...{ ingredientId: ingredientIdOf(key), packSize, price },
      shelfLifeDays: shelfLives.get(key) ?? null,
      reference: `${code.toUpperCase()}-${String(place + 1).padStart(3, '0')}`,
    })),
).map((price, ordinal) => ({ ...price, id: seedId('supplier-price', ordinal) }));

function franchiseIdOf(franchise: number | undefined): string | null {
  return franchise === undefined ? null : (FRANCHISES[franchise]?.id ?? null);
}
