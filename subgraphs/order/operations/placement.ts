/**
 * The one way to an order, shared by `placeOrder` and `checkout`: price the lines, take the discounts off, draft the order,
 * write it, answer. Prices come from the menu in memory and the order is one statement, so orders are accepted while menu,
 * stock and payment are down.
 *
 * A key that has led to an order leads to it again, even when the order could not be placed any more. A refusal wrote
 * nothing, so its key is judged afresh.
 */
import type { SettingsCopy } from '../../../platform/copies/settings-copy.js';
import { UserFault } from '../../../platform/errors.js';
import type { NewEvent } from '../../../platform/events/envelope.js';
import { creationEvent } from '../../../platform/events/record-change.js';
import { callerOf } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import {
  findIdempotentResult,
  type IdempotentRequest,
  idempotentRequest,
} from '../../../platform/kit/idempotency.js';
import { findYoung } from '../../../platform/kit/young-id.js';
import {
  maximumOrderUnits,
  maximumUnpaidAmount,
  maximumUnpaidOrders,
  pickupAheadMinutes,
} from '../../../platform/outlet-settings/registry.js';
import type { Context } from '../context.js';
import type { OutletMenu } from '../domain/menu.js';
import type { OrderRecord } from '../domain/order.js';
import { findUnknownId, type PricedOrder, priceOrder, withCharges } from '../domain/pricing.js';
import type { RequestedLine } from '../domain/requested-line.js';
import { type Redemption, takeOff } from '../domain/reward.js';
import {
  KeyTaken,
  type NewOrder,
  PlacementRefused,
  type Refusal,
  type UnpaidBounds,
} from '../store/insert-orders.js';
import type { MenuReadModel, OutletRecord } from '../store/menu-read-model.js';
import { chargeRulesAt } from './charge-rules.js';
import type { CounterGuest, RequestedGuest } from './counter-guest.js';
import { requireOpen } from './outlets.js';
import { findSpendableRedemptions } from './redemptions.js';

/** What an order is requested with, besides its lines. */
export interface OrderTerms {
  readonly outletId: string;
  readonly redemptionIds: readonly string[];
  /** The total that the guest was shown; null to accept any. */
  readonly expectedTotal: number | null;
  /** When the guest wants it; null for as soon as it is ready. */
  readonly pickupAt: Date | null;
  readonly idempotencyKey: string;
}

/** @param lines left out where they are the cart's, which may have changed when the key comes again. */
export function requestKey(
  { identity }: Context,
  operation: 'placeOrder' | 'checkout',
  { outletId, redemptionIds, expectedTotal, pickupAt, idempotencyKey }: OrderTerms,
  lines?: readonly RequestedLine[],
  guest: RequestedGuest | null = null,
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
    // Left out where there is none: keys from before pickup times stay the same.
    ...(pickupAt === null ? [] : [pickupAt.getTime()]),
    ...(guest === null ? [] : [comparedGuest(guest)]),
  ];
  // As one text: sorting the members of a nested input would cost more than hashing it.
  return idempotentRequest(operation, callerOf(identity), idempotencyKey, JSON.stringify(compared));
}

/** Without a code as keys from before there were codes have it. */
function comparedGuest({ name, table, memberPhone, memberCode }: RequestedGuest): (string | null)[] {
  return [name, table, memberPhone, ...(memberCode === null ? [] : [memberCode])];
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
 * @throws UserFault OUTLET_CLOSED, or naming everything that is wrong with the lines, the rewards or the expected total.
 */
export async function price(
  { menu, settings }: Context,
  outlet: OutletRecord,
  { expectedTotal, pickupAt }: OrderTerms,
  lines: readonly RequestedLine[],
  redemptions: readonly Redemption[],
): Promise<PricedOrder> {
  const place = { outletId: outlet.id, franchiseId: outlet.franchiseId };
  requireOpen(outlet, pickupAt, settings.valueOf(pickupAheadMinutes, place));
  const present = await menuKnowing(menu, outlet, lines);
  const priced = priceAt(settings, place, present, lines, (order) => takeOff(order, redemptions));
  if (expectedTotal !== null && expectedTotal !== priced.total) {
    throw UserFault.of('PRICE_CHANGED', `The total is ${priced.total} rupiah now.`, ['expectedTotal']);
  }
  return priced;
}

/**
 * The price of an order of these lines, by which one is placed and quoted.
 * @param discounted takes rewards off. @throws UserFault naming everything that is wrong with the lines or the rewards.
 */
export function priceAt(
  settings: SettingsCopy,
  place: Parameters<typeof chargeRulesAt>[1],
  menu: OutletMenu,
  lines: readonly RequestedLine[],
  discounted: (priced: PricedOrder) => PricedOrder,
): PricedOrder {
  const priced = withCharges(discounted(priceOrder(menu, lines)), chargeRulesAt(settings, place));
  requireFewUnits(lines, settings.valueOf(maximumOrderUnits, place));
  return priced;
}

/** @throws UserFault INVALID_QUANTITY */
export function requireFewUnits(lines: readonly Pick<RequestedLine, 'quantity'>[], maximum: number): void {
  if (lines.reduce((sum, { quantity }) => sum + quantity, 0) <= maximum) return;
  throw UserFault.of('INVALID_QUANTITY', `An order has at most ${maximum} units here.`, ['lines']);
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

export interface DraftedOrder {
  readonly outlet: OutletRecord;
  readonly terms: OrderTerms;
  readonly priced: PricedOrder;
  readonly number: string;
  readonly request: IdempotentRequest;
  /** Whom staff take it for; left out or null for the caller's own. */
  readonly counter?: CounterGuest | null;
}

export function draft(context: Context, drafted: DraftedOrder): NewOrder {
  const { identity, cause, settings } = context;
  const { outlet, terms, priced, number, request, counter = null } = drafted;
  const { lines, requirements, takenUnits, redemptionIds, pricedAt } = priced;
  const order: OrderRecord = {
    id: newId('Order'),
    number,
    customerId: counter === null ? callerOf(identity) : counter.customerId,
    outletId: outlet.id,
    franchiseId: outlet.franchiseId,
    status: 'PLACED',
    statusAt: pricedAt,
    statusReason: null,
    version: 1,
    total: priced.total,
    rewardDiscount: priced.rewardDiscount,
    ...priced.charges,
    preparationSeconds: priced.preparationSeconds,
    placedAt: pricedAt,
    priority: 'NORMAL',
    drink: null,
    pickupAt: terms.pickupAt,
    placedBy: counter === null ? null : counter.placedBy,
    isPartPaid: false,
    substitution: null,
  };
  return {
    order,
    lines,
    requirements,
    takenUnits,
    redemptionIds,
    // Staff see whom they take an order for.
    unpaidBounds:
      counter === null
        ? unpaidBoundsAt(settings, { outletId: outlet.id, franchiseId: outlet.franchiseId })
        : null,
    request,
    cause,
    counter: counter === null ? null : { guest: counter.guest, record: recordOf(context, order) },
  };
}

/** For the audit trail, which names people by their ids. */
function recordOf(context: Context, order: OrderRecord): NewEvent {
  const { id, number, customerId, status, total } = order;
  return creationEvent(context, {
    ...{ action: 'placeOrder', entity: { type: 'Order', id }, tenant: order },
    after: { number, customerId, status, total },
  });
}

/** The most that can be set is no bound. */
export function unpaidBoundsAt(
  settings: SettingsCopy,
  place: { readonly outletId: string; readonly franchiseId: string },
): UnpaidBounds | null {
  const orders = settings.valueOf(maximumUnpaidOrders, place);
  const amount = settings.valueOf(maximumUnpaidAmount, place);
  const isBounded = orders !== maximumUnpaidOrders.maximum || amount !== maximumUnpaidAmount.maximum;
  return isBounded ? { orders, amount } : null;
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
  switch (refusal) {
    case 'promotion-used-up':
      return UserFault.of('PRICE_CHANGED', 'Too few units are left at the promotional price.');
    case 'redemption-spent':
      return UserFault.of('INVALID_STATE', 'A reward has been spent on another order.', ['redemptionIds']);
    case 'too-many-unpaid':
      return tooManyUnpaid();
  }
}

export function tooManyUnpaid(): UserFault {
  return UserFault.of('TOO_MANY_UNPAID_ORDERS', 'Pay or cancel an order that you have placed here first.');
}
