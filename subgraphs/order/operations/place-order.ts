/** Places an order for the lines of the request, in one statement: a guest's own, or one that staff take at the counter. */
import type { Context } from '../context.js';
import type { OrderRecord } from '../domain/order.js';
import type { RequestedLine } from '../domain/requested-line.js';
import { findCounterGuest, type RequestedGuest, requireCounterStaff } from './counter-guest.js';
import { findOutlet } from './outlets.js';
import { draft, type OrderTerms, placeOnce, price, requestKey } from './placement.js';

export interface OrderRequest extends OrderTerms {
  readonly lines: readonly RequestedLine[];
  /** Whom staff take the order for; null for the caller's own. */
  readonly guest: RequestedGuest | null;
}

export async function placeOrder(context: Context, request: OrderRequest): Promise<OrderRecord> {
  const outlet = await findOutlet(context, request.outletId);
  const { guest } = request;
  if (guest !== null) requireCounterStaff(context, outlet);
  const key = requestKey(context, 'placeOrder', request, request.lines, guest);
  return placeOnce(context, request, key, async (redemptions) => {
    const counter = guest === null ? null : await findCounterGuest(context, guest, redemptions);
    const priced = await price(context, outlet, request, request.lines, redemptions);
    const number = await context.numbers.next();
    const drafted = draft(context, { outlet, terms: request, priced, number, request: key, counter });
    return context.placements.place(drafted);
  });
}
