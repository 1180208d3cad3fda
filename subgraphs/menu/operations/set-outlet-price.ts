/** Staff of an outlet set its own price of an item, or whether it offers the item at all: each stays as it is where it is left out. */
import { z } from 'zod';
import { forbidden, notFound, UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { parseInput } from '../../../platform/kit/input.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import type { Context } from '../context.js';
import {
  amountAt,
  changedAt,
  faultsOfPlan,
  isPlanned,
  kept,
  PRICE_LEAD_MILLISECONDS,
  unchanged,
} from '../domain/dated-price.js';
import { groupDraftOf, type MenuItem, priceFaults, shownAtOutlet } from '../domain/menu-item.js';
import { outletPriceEvent } from '../published.js';
import type { Work } from '../store/database.js';
import { findMenuItemForUpdate } from '../store/menu-items.js';
import { findOutletPrice, updateOutletPrice } from '../store/outlet-prices.js';
import { findOutlets } from '../store/outlets.js';
import { findOptionGroups } from '../store/recipes-and-options.js';
import { changePrices, type PriceChange, untilInEffect } from './change-menu.js';

const outletPrice = z.object({
  menuItemId: z.string(),
  outletId: z.string(),
  /** Null for the chain's price. */
  price: z.int().nullish(),
  isOffered: z.boolean().nullish(),
  priceFrom: z.date().nullish(),
});

/**
 * @returns the item at the outlet's price.
 * @throws NOT_FOUND, FORBIDDEN when the outlet lies outside the caller's scope, UserFault for a price that cannot be.
 */
export async function setOutletPrice(context: Context, input: unknown): Promise<MenuItem> {
  const { menuItemId, outletId, ...given } = parseInput(outletPrice, input);
  const [outlet] = isId(outletId) ? await findOutlets(context.database, [outletId]) : [];
  if (outlet === undefined) throw notFound('Outlet');
  const { franchiseId } = outlet;
  if (!covers(scopeFor(context.identity, 'menu:price'), { franchiseId, outletId })) throw forbidden();
  if (!isId(menuItemId)) throw notFound('Menu item');
  requirePlan(given);
  const lead = PRICE_LEAD_MILLISECONDS;
  return changePrices(context, (work) =>
    changeOutletPrice(work, context, {
      action: 'setOutletPrice',
      franchiseId,
      outletId,
      menuItemId,
      given,
      lead,
    }),
  );
}

/** What is left out stays as it is. */
export type GivenPrice = Omit<z.output<typeof outletPrice>, 'menuItemId' | 'outletId'>;

/** @throws UserFault for a moment at which the price cannot take effect. */
function requirePlan({ price, priceFrom }: GivenPrice): void {
  const faults = faultsOfPlan(priceFrom ?? null, price !== undefined, new Date());
  if (faults.length > 0) throw new UserFault(faults);
}

export interface OutletPriceChange {
  readonly action: string;
  readonly franchiseId: string;
  readonly outletId: string;
  readonly menuItemId: string;
  readonly given: GivenPrice;
  /** As `ItemChange.lead`. */
  readonly lead: number;
}

/** Within a transaction that may change more. @throws NOT_FOUND, UserFault for a price that cannot be. */
export async function changeOutletPrice(
  work: Work,
  context: Context,
  { action, franchiseId, outletId, menuItemId, given, lead }: OutletPriceChange,
): Promise<PriceChange<MenuItem>> {
  const { tx } = work;
  const item = await findMenuItemForUpdate(tx, menuItemId);
  if (item === null) throw notFound('Menu item');
  const before = await findOutletPrice(tx, menuItemId, outletId);
  const price = given.price === undefined ? (before?.price.amount ?? null) : given.price;
  const isOffered = given.isOffered ?? before?.isOffered ?? true;
  if (price !== null) {
    const faults = priceFaults(price, (await findOptionGroups(tx, [menuItemId])).map(groupDraftOf));
    if (faults.length > 0) throw new UserFault(faults);
  }
  const ownBefore = before?.price ?? unchanged(null);
  if (!isPlanned(ownBefore, new Date())) await untilInEffect(ownBefore.effectiveAt);
  const now = new Date();
  const effectiveAt = given.priceFrom ?? new Date(now.getTime() + lead);
  const dated =
    given.price === undefined
      ? kept(ownBefore, now)
      : changedAt(amountAt(ownBefore, now), price, effectiveAt);
  const after = await updateOutletPrice(tx, franchiseId, { menuItemId, outletId, price: dated, isOffered });
  work.emit(outletPriceEvent(after));
  recordChange(work, context, {
    ...{ action, entity: { type: 'MenuItem', id: menuItemId } },
    tenant: { franchiseId, outletId },
    before: { price: before?.price.amount ?? null, priceFrom: null, isOffered: before?.isOffered ?? true },
    after: { price, priceFrom: given.priceFrom ?? null, isOffered },
  });
  const isPlan = dated.effectiveAt !== null && dated.effectiveAt.getTime() - now.getTime() > lead;
  return {
    result: shownAtOutlet(item, dated, isPlan ? now : effectiveAt),
    effectiveAt: isPlan ? null : dated.effectiveAt,
  };
}
