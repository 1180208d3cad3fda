/** Orders what a cart holds and empties it, in one transaction: an order whose cart stays full does not exist, nor the reverse. */
import { UserFault } from '../../../platform/errors.js';
import { type Context, callerOf } from '../context.js';
import { priceOrder } from '../domain/pricing.js';
import { emptyCart } from '../store/carts.js';
import { idempotentRequest } from '../store/idempotency.js';
import { KeyTaken, PlacementRefused, placeWithin } from '../store/placement.js';
import type { NewOrder } from '../store/placement-statement.js';
import type { OrderRecord } from '../store/records.js';
import {
  comparableDiscounts,
  type Discounts,
  discounted,
  faultOfRefusal,
  redemptionsOf,
} from './discounts.js';
import { earlierOrder, newOrder, outletOf, remember } from './place-order.js';

export interface CheckoutWish extends Discounts {
  readonly outletId: string;
  readonly idempotencyKey: string;
}

export async function checkout(context: Context, wish: CheckoutWish): Promise<OrderRecord> {
  const { catalogue, database, numbers } = context;
  const { outletId, idempotencyKey } = wish;
  const customerId = callerOf(context.identity);
  const outlet = outletOf(context, outletId);
  const request = idempotentRequest(customerId, 'checkout', idempotencyKey, {
    outletId,
    ...comparableDiscounts(wish),
  });
  const earlier = await earlierOrder(context, request);
  if (earlier !== null) return earlier;

  const number = await numbers.next();
  const now = new Date();
  let placed: NewOrder | 'nothing';
  try {
    const redemptions = await redemptionsOf(context, wish.redemptionIds);
    placed = await database.work(context.cause, async ({ tx }) => {
      const lines = await emptyCart(tx, customerId, outletId);
      if (lines.length === 0) return 'nothing';
      const priced = discounted(priceOrder(catalogue.menuAt(outlet, now), lines), redemptions, wish);
      const placing = newOrder(context, outlet, priced, request, number, now);
      await placeWithin(tx, placing);
      return placing;
    });
  } catch (error) {
    const duplicate = mayBeDuplicate(error) && (await earlierOrder(context, request));
    if (duplicate) return duplicate;
    if (!(error instanceof PlacementRefused)) throw error;
    await catalogue.recount(error.takenPieces);
    throw faultOfRefusal(error.refusal);
  }
  if (placed === 'nothing') {
    // Perhaps a duplicate of this very request has just taken it all.
    const duplicate = await earlierOrder(context, request);
    if (duplicate !== null) return duplicate;
    throw UserFault.of('CART_EMPTY', 'The cart is empty.');
  }
  database.wakeRelay();
  if (placed.takenPieces.length > 0) await catalogue.recount(placed.takenPieces);
  return remember(context, placed);
}

function mayBeDuplicate(error: unknown): boolean {
  return error instanceof UserFault || error instanceof PlacementRefused || error instanceof KeyTaken;
}
