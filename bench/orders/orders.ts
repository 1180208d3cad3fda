/** Orders to place: one drink each, spread over the outlets and the menu of the demo chain. */
import { newId } from '../../platform/ids.js';
import { CATALOGUE } from '../../prisma/seed/catalogue.js';

export const OUTLETS = CATALOGUE.outlets;

const DRINKS = CATALOGUE.menuItems.filter(
  ({ category, season, isLimited }) => category === 'MILK_TEA' && season === null && !isLimited,
);

export const PLACE_ORDER = `mutation ($input: PlaceOrderInput!) {
  placeOrder(input: $input) { order { id number status total { amount currency } } userErrors { code message } } }`;

let ordinal = 0;

/** A new input of `placeOrder` for each call. */
export function someDrink() {
  ordinal += 1;
  const outlet = OUTLETS[ordinal % OUTLETS.length];
  const drink = DRINKS[Math.floor(ordinal / OUTLETS.length) % DRINKS.length];
  if (outlet === undefined || drink === undefined) throw new Error('The demo chain has outlets and a menu.');
  return {
    outletId: outlet.id,
    lines: [{ menuItemId: drink.id, quantity: 1 }],
    idempotencyKey: newId(),
  };
}
