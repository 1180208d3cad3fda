/** What an order would cost, by the rules that `placeOrder` prices it by: from the menu in memory. It writes and reserves nothing. */
import { UserFault } from '../../../platform/errors.js';
import { add } from '../../../platform/money.js';
import type { OrderCharges } from '../../../platform/order-charges.js';
import type { Context } from '../context.js';
import type { RequestedLine } from '../domain/requested-line.js';
import { discountedBy } from '../domain/reward.js';
import { findOutlet } from './outlets.js';
import { priceAt } from './placement.js';

export interface Quote extends OrderCharges {
  /** Of the lines, promotions taken off. */
  readonly subtotal: number;
  readonly rewardDiscount: number;
  readonly total: number;
}

export interface QuoteRequest {
  readonly lines: readonly RequestedLine[];
  /** In whole rupiah. */
  readonly rewardDiscount: number;
}

/** @throws NOT_FOUND for the outlet. @throws UserFault naming everything that is wrong with the lines or the rewards. */
export async function quoteOrder(
  context: Context,
  outletId: string,
  { lines, rewardDiscount }: QuoteRequest,
): Promise<Quote> {
  const { menu, settings } = context;
  const outlet = await findOutlet(context, outletId);
  const place = { outletId: outlet.id, franchiseId: outlet.franchiseId };
  if (rewardDiscount < 0) {
    throw UserFault.of('INVALID_INPUT', 'Rewards take off nothing or more.', ['rewardDiscount']);
  }
  const present = menu.menuAt(outlet, new Date());
  const priced = priceAt(settings, place, present, lines, (order) =>
    discountedBy(order, rewardDiscount, 'rewardDiscount'),
  );
  return {
    subtotal: add(...priced.lines.map(({ subtotal }) => subtotal)),
    rewardDiscount: priced.rewardDiscount,
    ...priced.charges,
    total: priced.total,
  };
}
