/** The basket of each outlet, as this browser stores it. */
import { Stored } from '../stored.js';
import { type Basket, isBasket } from './basket.js';

const baskets = new Map<string, Stored<Basket>>();

export function basketOf(outletId: string): Stored<Basket> {
  const known = baskets.get(outletId) ?? new Stored<Basket>(`basket:${outletId}`, [], isBasket);
  baskets.set(outletId, known);
  return known;
}
