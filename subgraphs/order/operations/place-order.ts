/**
 * Places an order from the menu in memory with one statement, whatever of menu, stock and payment is down. A key that has
 * led to an order already leads to it again, even when the order could not be placed any more; what was refused wrote
 * nothing and is judged anew.
 */
import { notFound, UserFault } from '../../../platform/errors.js';
import { newId } from '../../../platform/ids.js';
import { type Context, callerOf } from '../context.js';
import type { WantedLine } from '../domain/lines.js';
import { type PricedOrder, priceOrder } from '../domain/pricing.js';
import { earlierResult, type IdempotentRequest, idempotentRequest } from '../store/idempotency.js';
import type { OutletRecord } from '../store/menu-read-model.js';
import type { NewOrder } from '../store/placement-statement.js';
import type { OrderRecord } from '../store/records.js';
import {
  comparableDiscounts,
  type Discounts,
  discounted,
  faultOfRefusal,
  redemptionsOf,
} from './discounts.js';

export interface OrderWish extends Discounts {
  readonly outletId: string;
  readonly lines: readonly WantedLine[];
  readonly idempotencyKey: string;
}

export async function placeOrder(context: Context, wish: OrderWish): Promise<OrderRecord> {
  const outlet = outletOf(context, wish.outletId);
  const input = { outletId: outlet.id, lines: wish.lines.map(comparable), ...comparableDiscounts(wish) };
  const request = idempotentRequest(callerOf(context.identity), 'placeOrder', wish.idempotencyKey, input);
  const now = new Date();

  let priced: PricedOrder;
  try {
    const redemptions = await redemptionsOf(context, wish.redemptionIds);
    priced = discounted(priceOrder(context.catalogue.menuAt(outlet, now), wish.lines), redemptions, wish);
  } catch (error) {
    const earlier = error instanceof UserFault && (await earlierOrder(context, request));
    if (earlier) return earlier;
    throw error;
  }

  const placing = newOrder(context, outlet, priced, request, await context.numbers.next(), now);
  const placement = await context.placements.place(placing);
  if (placement === 'placed') return remember(context, placing);
  if (placement === 'known') return knownOrder(context, request);
  // Perhaps what was faster is a duplicate of this very request.
  const duplicate = await earlierOrder(context, request);
  if (duplicate === null) throw faultOfRefusal(placement);
  return duplicate;
}

/** @throws NOT_FOUND for an outlet that nobody has told of. */
export function outletOf({ catalogue }: Context, outletId: string): OutletRecord {
  const outlet = catalogue.outlet(outletId);
  if (outlet === undefined) throw notFound('Outlet');
  return outlet;
}

export function newOrder(
  { identity, cause }: Context,
  outlet: OutletRecord,
  priced: PricedOrder,
  request: IdempotentRequest,
  number: string,
  now: Date,
): NewOrder {
  const { total, rewardDiscount, preparationSeconds, lines, requirements, takenPieces, redemptionIds } =
    priced;
  return {
    order: {
      id: newId(),
      number,
      customerId: callerOf(identity),
      outletId: outlet.id,
      franchiseId: outlet.franchiseId,
      status: 'PLACED',
      statusAt: now,
      statusReason: null,
      version: 1,
      total,
      rewardDiscount,
      preparationSeconds,
      placedAt: now,
    },
    lines,
    requirements,
    takenPieces,
    redemptionIds,
    request,
    cause,
  };
}

/** What was just written need not be read to be answered. */
export function remember({ loaders }: Context, { order, lines, redemptionIds }: NewOrder): OrderRecord {
  loaders.orders.prime(order.id, order);
  loaders.lines.prime(
    order.id,
    lines.map((line, position) => ({ ...line, position, orderId: order.id })),
  );
  loaders.redemptionIds.prime(order.id, redemptionIds);
  loaders.histories.prime(order.id, [{ version: 1, status: order.status, at: order.placedAt }]);
  return order;
}

export async function earlierOrder(
  context: Context,
  request: IdempotentRequest,
): Promise<OrderRecord | null> {
  const orderId = await earlierResult(context.database.prisma, request);
  return orderId === undefined ? null : context.loaders.orders.clear(orderId).load(orderId);
}

/** The order of a key that is known to be taken. */
export async function knownOrder(context: Context, request: IdempotentRequest): Promise<OrderRecord> {
  const order = await earlierOrder(context, request);
  if (order === null) throw new Error('An idempotency key is taken by an order that is not there');
  return order;
}

/** The same for all ways to write the same line. */
function comparable({ menuItemId, quantity, optionIds, note }: WantedLine) {
  return { menuItemId, quantity, optionIds: [...optionIds].sort(), note };
}
