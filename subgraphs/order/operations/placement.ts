/**
 * The one way to an order, shared by `placeOrder` and `checkout`: price the lines, take the discounts off, draft the order,
 * write it, answer. Prices come from the menu in memory and the order is one statement, so orders are accepted while menu,
 * stock and payment are down.
 *
 * A key that has led to an order leads to it again, even when the order could not be placed any more. A refusal wrote
 * nothing, so its key is judged afresh.
 */
import { UserFault } from '../../../platform/errors.js';
import { callerOf } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import {
  findIdempotentResult,
  type IdempotentRequest,
  idempotentRequest,
} from '../../../platform/kit/idempotency.js';
import { findYoung } from '../../../platform/kit/young-id.js';
import type { Context } from '../context.js';
import type { OutletMenu } from '../domain/menu.js';
import type { OrderRecord } from '../domain/order.js';
import { findUnknownId, type PricedOrder, priceOrder } from '../domain/pricing.js';
import type { RequestedLine } from '../domain/requested-line.js';
import { type Redemption, takeOff } from '../domain/reward.js';
import { KeyTaken, type NewOrder, PlacementRefused, type Refusal } from '../store/insert-orders.js';
import type { MenuReadModel, OutletRecord } from '../store/menu-read-model.js';
import { findSpendableRedemptions } from './redemptions.js';

/** What an order is requested with, besides its lines. */
export interface OrderTerms {
  readonly outletId: string;
  readonly redemptionIds: readonly string[];
  /** The total that the guest was shown; null to accept any. */
  readonly expectedTotal: number | null;
  readonly idempotencyKey: string;
}

/** @param lines left out where they are the cart's, which may have changed when the key comes again. */
export function requestKey(
  { identity }: Context,
  operation: 'placeOrder' | 'checkout',
  { outletId, redemptionIds, expectedTotal, idempotencyKey }: OrderTerms,
  lines?: readonly RequestedLine[],
): IdempotentRequest {
  const compared = [
    outletId,
    lines?.map(({ menuItemId, quantity, optionIds, note }) => [
      menuItemId,
      quantity,
      optionIds.toSorted(),
      note,
    ]),
    redemptionIds.toSorted(),
    expectedTotal,
  ];
  // As one text: sorting the members of a nested input would cost more than hashing it.
  return idempotentRequest(operation, callerOf(identity), idempotencyKey, JSON.stringify(compared));
}

/**
 * Runs `write` unless the key has led to an order already.
 * @param write writes the order, or throws and has written nothing.
 */
export async function placeOnce(
  context: Context,
  terms: OrderTerms,
  key: IdempotentRequest,
  write: (redemptions: readonly Redemption[]) => Promise<NewOrder>,
): Promise<OrderRecord> {
  try {
    return primeLoaders(context, await write(await findSpendableRedemptions(context, terms.redemptionIds)));
  } catch (error) {
    if (!(error instanceof UserFault || error instanceof PlacementRefused || error instanceof KeyTaken)) {
      throw error;
    }
    // What refused the order may be its own first placement: read after the refusal, when that has committed.
    const orderId = await findIdempotentResult(context.database.prisma, key);
    const order = orderId === null ? null : await context.loaders.order.clear(orderId).load(orderId);
    if (order !== null) return order;
    throw error instanceof PlacementRefused ? faultOf(error.refusal) : error;
  }
}

/**
 * Prices the lines at this moment.
 * @throws UserFault naming everything that is wrong with the lines, the rewards or the expected total.
 */
export async function price(
  { menu }: Context,
  outlet: OutletRecord,
  { expectedTotal }: OrderTerms,
  lines: readonly RequestedLine[],
  redemptions: readonly Redemption[],
): Promise<PricedOrder> {
  const priced = takeOff(priceOrder(await menuKnowing(menu, outlet, lines), lines), redemptions);
  if (expectedTotal !== null && expectedTotal !== priced.total) {
    throw UserFault.of('PRICE_CHANGED', `The total is ${priced.total} rupiah now.`, ['expectedTotal']);
  }
  return priced;
}

/**
 * The outlet's menu at this moment. Waits for items and options of these lines that were created a moment ago; stops at the
 * first id that stays unknown, since pricing refuses its line.
 */
export async function menuKnowing(
  menu: MenuReadModel,
  outlet: OutletRecord,
  lines: readonly Pick<RequestedLine, 'menuItemId' | 'optionIds'>[],
): Promise<OutletMenu> {
  const present = () => menu.menuAt(outlet, new Date());
  let current = present();
  for (
    let unknown = findUnknownId(current, lines);
    unknown !== undefined;
    unknown = findUnknownId(current, lines)
  ) {
    const missing = unknown;
    const isKnown = async () => (findUnknownId(present(), lines) === missing ? null : true);
    const awaited = await findYoung(missing, isKnown);
    current = present();
    if (awaited === null) break;
  }
  return current;
}

export function draft(
  { identity, cause }: Context,
  outlet: OutletRecord,
  priced: PricedOrder,
  number: string,
  request: IdempotentRequest,
): NewOrder {
  const { lines, requirements, takenUnits, redemptionIds, pricedAt } = priced;
  return {
    order: {
      id: newId('Order'),
      number,
      customerId: callerOf(identity),
      outletId: outlet.id,
      franchiseId: outlet.franchiseId,
      status: 'PLACED',
      statusAt: pricedAt,
      statusReason: null,
      version: 1,
      total: priced.total,
      rewardDiscount: priced.rewardDiscount,
      preparationSeconds: priced.preparationSeconds,
      placedAt: pricedAt,
      priority: 'NORMAL',
      drink: null,
    },
    lines,
    requirements,
    takenUnits,
    redemptionIds,
    request,
    cause,
  };
}

/** An order that was just written is answered without reading it. */
function primeLoaders({ loaders }: Context, { order, lines, redemptionIds }: NewOrder): OrderRecord {
  loaders.order.prime(order.id, order);
  loaders.lines.prime(
    order.id,
    lines.map((line, position) => ({ ...line, position, orderId: order.id, readyAt: null, timesRemade: 0 })),
  );
  loaders.redemptionIds.prime(order.id, redemptionIds);
  loaders.statusHistory.prime(order.id, [
    { orderId: order.id, version: 1, status: order.status, at: order.placedAt },
  ]);
  return order;
}

function faultOf(refusal: Refusal): UserFault {
  return refusal === 'promotion-used-up'
    ? UserFault.of('PRICE_CHANGED', 'Too few units are left at the promotional price.')
    : UserFault.of('INVALID_STATE', 'A reward has been spent on another order.', ['redemptionIds']);
}
