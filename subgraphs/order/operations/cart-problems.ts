/**
 * What no longer holds of a cart: everything that `checkout` would refuse its lines for by what this subgraph knows, and prices that have
 * changed since the guest put them in; not what depends on the request (rewards, the pickup time, the expected total). Nothing is read but the
 * cart's lines and, where the outlet bounds them, what the guest has unpaid there.
 */
import { type UserErrorCode, UserFault } from '../../../platform/errors.js';
import { maximumOrderUnits, pickupAheadMinutes } from '../../../platform/outlet-settings/registry.js';
import type { Context } from '../context.js';
import type { CartLineRecord, CartRecord } from '../domain/cart.js';
import { faultsByLine, netUnitPrice } from '../domain/pricing.js';
import { findUnpaidOrders } from '../store/orders.js';
import { requireOpen } from './outlets.js';
import { requireFewUnits, tooManyUnpaid, unpaidBoundsAt } from './placement.js';
import { cartCharges, priceCart } from './price-cart.js';

export interface CartProblem {
  readonly code: UserErrorCode;
  /** In English. */
  readonly message: string;
  /** Null for what is about the whole cart. */
  readonly line: CartLineRecord | null;
  readonly formerPrice: number | null;
  readonly presentPrice: number | null;
  readonly retryAt: Date | null;
}

export async function problemsOfCart(context: Context, cart: CartRecord): Promise<CartProblem[]> {
  const { menu, settings, loaders } = context;
  const lines = await loaders.cartLines.load(cart.id);
  const outlet = menu.outlet(cart.outletId);
  if (lines.length === 0 || outlet === undefined) return [];
  const place = { outletId: outlet.id, franchiseId: outlet.franchiseId };
  const priced = await priceCart(context, cart);
  const isBeyond = await isBeyondUnpaid(context, cart, place);
  const faults = faultsByLine(menu.menuAt(outlet, new Date()), lines);
  return [
    ...refusalsOf(() => requireOpen(outlet, null, settings.valueOf(pickupAheadMinutes, place))),
    ...refusalsOf(() => requireFewUnits(lines, settings.valueOf(maximumOrderUnits, place))),
    ...refusalsOf(() => {
      if (isBeyond) throw tooManyUnpaid();
    }),
    ...lines.flatMap((line, index): CartProblem[] => {
      const refused = faults[index] ?? [];
      if (refused.length > 0)
        return refused.map(({ code, message }) => ({ ...NOTHING, code, message, line }));
      const [formerPrice, now] = [line.shownPrice, priced[index]];
      const presentPrice = now === undefined ? null : netUnitPrice(now);
      if (formerPrice === null || presentPrice === null || formerPrice === presentPrice) return [];
      const message = `The price of ${now?.name} was ${formerPrice} rupiah and is ${presentPrice} rupiah now.`;
      return [{ ...NOTHING, code: 'PRICE_CHANGED', message, line, formerPrice, presentPrice }];
    }),
  ];
}

/** Whether an order of the cart would be one unpaid order too many, or too large. */
async function isBeyondUnpaid(
  context: Context,
  cart: CartRecord,
  place: Parameters<typeof unpaidBoundsAt>[1],
): Promise<boolean> {
  const bounds = unpaidBoundsAt(context.settings, place);
  if (bounds === null) return false;
  const { orders, amount } = await findUnpaidOrders(context.database, cart);
  if (orders >= bounds.orders) return true;
  return amount + (await cartCharges(context, cart)).total > bounds.amount;
}

const NOTHING = { line: null, formerPrice: null, presentPrice: null, retryAt: null } as const;

/** What placing the order would be refused for. */
function refusalsOf(require: () => void): CartProblem[] {
  try {
    require();
    return [];
  } catch (error) {
    if (!(error instanceof UserFault)) throw error;
    return error.userErrors.map(({ code, message, retryAt }) => ({
      ...{ ...NOTHING, code, message },
      retryAt: retryAt ?? null,
    }));
  }
}
