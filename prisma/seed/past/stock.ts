/**
 * What the past's orders took of an outlet's stock, what was wasted and stolen, and how shelves were filled up in the evenings, so that each
 * scale weighs in the end what it weighed at first; and what is counted of what runs low.
 */
import { CLOSES_AT, OPENS_AT, planFaults } from '../../../bench/simulate/day.js';
import { Random } from '../../../bench/simulate/random.js';
import { CATALOGUE, type SeedStockItem } from '../catalogue.js';
import { HEAD_OFFICE_ID, SARI_ID, type SeedOutlet, STAFFED_OUTLET_ID } from '../chain.js';
import { ingredientIdOf } from '../ingredients.js';
import { beginningOf, idAt, type PastOrder, pastDays } from './orders.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** After the last guest. */
const FILLED_UP_AT = 23 * 60;
const LEAST_FILLED_GRAMS = 300;
const POUR_DEVIATION = 0.02;
const STOLEN_ON = 19;

/** What an order took of an item: what its recipe says, and what its scale lost; null for what is counted. */
export interface PastNeed {
  readonly order: PastOrder;
  readonly item: SeedStockItem;
  readonly quantity: number;
  readonly weighed: PastReading | null;
}

export interface PastReading {
  readonly delta: number;
  /** What the scale shows then. */
  readonly grams: number;
  readonly seq: number;
  readonly at: number;
}

export interface PastWaste {
  readonly id: string;
  readonly item: SeedStockItem;
  readonly quantity: number;
  readonly reason: string;
  readonly madeBy: string;
  readonly at: number;
}

export interface PastUse {
  readonly needs: readonly PastNeed[];
  /** Of no order: wasted, stolen, filled up. */
  readonly readings: readonly (PastReading & { readonly item: SeedStockItem })[];
  readonly wastes: readonly PastWaste[];
  readonly theft: { readonly item: SeedStockItem; readonly quantity: number; readonly at: number } | null;
}

/** @param orders of all outlets. */
export function pastUse(orders: readonly PastOrder[], now: Date): PastUse[] {
  return CATALOGUE.outlets.map((outlet, index) =>
    useOf(
      outlet,
      orders.filter((order) => order.outlet === outlet),
      new Random(`past stock ${index}`),
      now,
    ),
  );
}

interface Event {
  readonly at: number;
  happen(): void;
}

function useOf(outlet: SeedOutlet, orders: readonly PastOrder[], random: Random, now: Date): PastUse {
  const items = CATALOGUE.stockItems.filter(({ outletId }) => outletId === outlet.id);
  const byIngredient = new Map(items.map((item) => [item.ingredientId, item]));
  const itemOf = (ingredientId: string) => {
    const item = byIngredient.get(ingredientId);
    if (item === undefined) throw new Error(`${outlet.name} has no ${ingredientId}.`);
    return item;
  };
  const scales = new Map(items.map((item) => [item, { used: 0, seq: 0 }]));
  const read = (item: SeedStockItem, delta: number, at: number): PastReading => {
    const scale = scales.get(item);
    if (scale === undefined || item.shelf === null) throw new Error(`${item.id} is not weighed.`);
    scale.used -= delta;
    scale.seq += 1;
    const grams = Math.round((item.onHand - scale.used) * item.shelf.gramsPerUnit + item.shelf.tareGrams);
    return { delta, grams, seq: scale.seq, at };
  };
  const needs: PastNeed[] = [];
  const readings: (PastReading & { item: SeedStockItem })[] = [];
  const wastes: PastWaste[] = [];
  let theft: PastUse['theft'] = null;

  const making = orders.map((order): Event => {
    const at = order.preparingAt + 25 * SECOND;
    return {
      at,
      happen() {
        for (const [ingredientId, quantity] of requirementsOf(order)) {
          const item = itemOf(ingredientId);
          const poured = item.shelf === null ? 0 : pouredUnits(item, quantity, random);
          const weighed = item.shelf === null ? null : read(item, -poured, at);
          needs.push({ order, item, quantity, weighed });
        }
      },
    };
  });
  const days = pastDays(outlet.timeZone, now);
  const begins = days.map((day) => beginningOf(day, outlet.timeZone));
  const minuteOf = (index: number, minute: number) =>
    (begins[index] ?? Number.NaN) + Math.floor(minute) * MINUTE;
  const evenings = days.map((_, index): Event => {
    const at = minuteOf(index, FILLED_UP_AT);
    return {
      at,
      happen() {
        for (const [item, { used }] of scales) {
          const grams = used * (item.shelf?.gramsPerUnit ?? 0);
          const isDue = index === days.length - 1 ? used !== 0 : grams >= LEAST_FILLED_GRAMS;
          if (item.shelf !== null && isDue) readings.push({ item, ...read(item, used, at) });
        }
      },
    };
  });
  const wasting = days.flatMap((_, index): Event[] => {
    if (!random.isTrueFor(outlet.id === STAFFED_OUTLET_ID ? 0.7 : 0.2)) return [];
    const [key, least, most, reason] = random.pick(WASTES);
    const item = itemOf(ingredientIdOf(key));
    const quantity = random.integer(least, most);
    const at = minuteOf(index, random.between(OPENS_AT + 60, CLOSES_AT - 10));
    const waste = { id: idAt(at, 'Waste', random), item, quantity, reason, madeBy: staffOf(outlet), at };
    const happen = () => {
      wastes.push(waste);
      if (item.shelf !== null) readings.push({ item, ...read(item, -quantity, at - 30 * SECOND) });
    };
    return [{ at, happen }];
  });
  const weighed = items.filter(({ shelf }) => shelf !== null);
  const faults =
    outlet.id === STAFFED_OUTLET_ID ? planFaults(random, weighed.length, OPENS_AT, CLOSES_AT) : [];
  const stealing = faults.flatMap(({ theft: planned }, index): Event[] => {
    const item = weighed[index];
    if (planned === null || item === undefined) return [];
    const at = minuteOf(STOLEN_ON, planned.at);
    const happen = () => {
      const quantity = Math.round((item.onHand - (scales.get(item)?.used ?? 0)) * planned.share);
      theft = { item, quantity, at };
      readings.push({ item, ...read(item, -quantity, at) });
    };
    return [{ at, happen }];
  });
  for (const { happen } of [...making, ...evenings, ...wasting, ...stealing].sort(
    (one, other) => one.at - other.at,
  ))
    happen();
  return { needs, readings, wastes, theft };
}

const WASTES = [
  ['croissant', 1, 4, 'Lewat hari'],
  ['bananaBread', 1, 3, 'Lewat hari'],
  ['toast', 1, 3, 'Gosong'],
  ['milk', 150, 900, 'Tumpah'],
  ['boba', 200, 800, 'Terlalu lama direbus'],
  ['cheeseFoam', 80, 300, 'Basi'],
] as const;

function staffOf({ id }: SeedOutlet): string {
  return id === STAFFED_OUTLET_ID ? SARI_ID : HEAD_OFFICE_ID;
}

/** Pieces are what they are; the rest is poured a little more or less. */
function pouredUnits({ ingredientId }: SeedStockItem, quantity: number, random: Random): number {
  const isPiece = PIECES.has(ingredientId);
  return isPiece ? quantity : Math.max(1, Math.round(quantity * (1 + random.normal() * POUR_DEVIATION)));
}

const PIECES = new Set(CATALOGUE.ingredients.filter(({ unit }) => unit === 'PIECE').map(({ id }) => id));

/** Units of each ingredient. */
function requirementsOf({ lines }: PastOrder): Map<string, number> {
  const units = new Map<string, number>();
  for (const { item, quantity, options } of lines)
    for (const line of [...item.recipe, ...options.flatMap(({ recipe }) => recipe)])
      units.set(line.ingredientId, (units.get(line.ingredientId) ?? 0) + line.quantity * quantity);
  return new Map([...units].filter(([, quantity]) => quantity > 0));
}
