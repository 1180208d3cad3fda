/** What an outlet does otherwise than the chain: its own price of an item, or not offering it. */
import { forbidden, notFound, UserFault } from '../../../platform/errors.js';
import type { Cause } from '../../../platform/events/envelope.js';
import { covers, type Scope } from '../../../platform/identity/identity.js';
import { priceFaults } from '../domain/menu-item.js';
import { lockMenuItem } from '../operations/update-menu-item.js';
import type { MenuDatabase } from './database.js';
import type { MenuItemRow } from './menu-items.js';
import { readOutlets } from './outlets.js';
import { readOptionGroups } from './recipes-and-options.js';

export interface OutletPriceInput {
  readonly menuItemId: string;
  readonly outletId: string;
  /** Null for the chain's price. */
  readonly price: number | null;
  readonly isOffered: boolean;
}

/** @returns the item at the outlet's price. @throws FORBIDDEN when the outlet lies outside the scope. */
export async function setOutletPrice(
  database: MenuDatabase,
  cause: Cause,
  scope: Scope,
  { menuItemId, outletId, price, isOffered }: OutletPriceInput,
): Promise<MenuItemRow> {
  const [outlet] = await readOutlets(database, [outletId]);
  if (outlet == null) throw notFound('Outlet');
  if (!covers(scope, { franchiseId: outlet.franchiseId, outletId })) throw forbidden();
  return database.work(cause, async ({ tx, emit }) => {
    const item = await lockMenuItem(tx, menuItemId);
    if (price !== null) {
      const [optionGroups = []] = await readOptionGroups(tx, [menuItemId]);
      const faults = priceFaults(price, optionGroups);
      if (faults.length > 0) throw new UserFault(faults);
    }
    const { version } = await tx.outletPrice.upsert({
      where: { menuItemId_outletId: { menuItemId, outletId } },
      create: { menuItemId, outletId, price, isOffered, version: 1 },
      update: { price, isOffered, version: { increment: 1 } },
    });
    emit({
      type: 'outlet-price.changed',
      aggregateId: `${menuItemId}:${outletId}`,
      aggregateVersion: version,
      data: { menuItemId, outletId, price, isOffered },
    });
    return { ...item, price: price ?? item.price };
  });
}
