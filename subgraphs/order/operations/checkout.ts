/** Orders what a cart holds and empties it, in one transaction: an order whose cart stays full does not exist, nor the reverse. */
import { UserFault } from '../../../platform/errors.js';
import { type Context, callerOf } from '../context.js';
import { priceOrder } from '../domain/pricing.js';
import { emptyCart } from '../store/carts.js';
import { idempotentRequest } from '../store/idempotency.js';
import { placeWithin } from '../store/placement.js';
import type { OrderRecord } from '../store/records.js';
import { earlierOrder, knownOrder, newOrder, outletOf, remember } from './place-order.js';

export async function checkout(
  context: Context,
  { outletId, idempotencyKey }: { outletId: string; idempotencyKey: string },
): Promise<OrderRecord> {
  const { catalogue, database, numbers } = context;
  const customerId = callerOf(context.identity);
  const outlet = outletOf(context, outletId);
  const request = idempotentRequest(customerId, 'checkout', idempotencyKey, { outletId });
  const earlier = await earlierOrder(context, request);
  if (earlier !== null) return earlier;

  const number = await numbers.next();
  const now = new Date();
  const placed = await database.work(context.cause, async ({ tx }) => {
    const lines = await emptyCart(tx, customerId, outletId);
    if (lines.length === 0) return 'nothing';
    const priced = priceOrder(catalogue.menuAt(outlet, now), lines);
    const placing = newOrder(context, outlet, priced, request, number, now);
    return (await placeWithin(tx, placing)) ? placing : 'known';
  });
  if (placed === 'known') return knownOrder(context, request);
  if (placed === 'nothing') {
    // Perhaps a duplicate of this very request has just taken it all.
    const duplicate = await earlierOrder(context, request);
    if (duplicate !== null) return duplicate;
    throw UserFault.of('CART_EMPTY', 'The cart is empty.');
  }
  database.wakeRelay();
  return remember(context, placed);
}
