/** Places an order for the lines of the request, in one statement. */
import type { Context } from '../context.js';
import type { OrderRecord } from '../domain/order.js';
import type { RequestedLine } from '../domain/requested-line.js';
import { findOutlet } from './outlets.js';
import { draft, type OrderTerms, placeOnce, price, requestKey } from './placement.js';

export interface OrderRequest extends OrderTerms {
  readonly lines: readonly RequestedLine[];
}

export async function placeOrder(context: Context, request: OrderRequest): Promise<OrderRecord> {
  const outlet = await findOutlet(context, request.outletId);
  const key = requestKey(context, 'placeOrder', request, request.lines);
  return placeOnce(context, request, key, async (redemptions) => {
    const priced = await price(context, outlet, request, request.lines, redemptions);
    const number = await context.numbers.next();
    return context.placements.place(draft(context, { outlet, terms: request, priced, number, request: key }));
  });
}
