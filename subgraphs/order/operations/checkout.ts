/** Places an order for the lines of the cart and empties it, in one transaction: both happen or neither. */
import { UserFault } from '../../../platform/errors.js';
import { callerOf } from '../../../platform/identity/identity.js';
import type { Context } from '../context.js';
import type { OrderRecord } from '../domain/order.js';
import { deleteCartLines } from '../store/carts.js';
import { inTransaction } from '../store/database.js';
import { insertOrder, PlacementRefused } from '../store/insert-orders.js';
import { findOutlet } from './outlets.js';
import { draft, type OrderTerms, placeOnce, price, requestKey } from './placement.js';

export async function checkout(context: Context, terms: OrderTerms): Promise<OrderRecord> {
  const { menu, numbers, ownDatabase } = context;
  const customerId = callerOf(context.identity);
  const outlet = await findOutlet(context, terms.outletId);
  const key = requestKey(context, 'checkout', terms);
  return placeOnce(context, terms, key, async (redemptions) => {
    // Drawn outside the transaction, which must not wait for a second connection of the same pool.
    const number = await numbers.next();
    try {
      const placed = await inTransaction(ownDatabase, async (client) => {
        const lines = await deleteCartLines(client, customerId, outlet.id);
        if (lines.length === 0) throw UserFault.of('CART_EMPTY', 'The cart is empty.');
        const priced = await price(context, outlet, terms, lines, redemptions);
        const order = draft(context, { outlet, terms, priced, number, request: key });
        await insertOrder(client, order);
        return order;
      });
      ownDatabase.wakeRelay();
      await menu.recount(placed.takenUnits);
      return placed;
    } catch (error) {
      if (error instanceof PlacementRefused) await menu.recount(error.takenUnits);
      throw error;
    }
  });
}
