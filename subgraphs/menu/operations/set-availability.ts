/** Staff who prepare orders take an item or an option off at their outlet, until a moment or until they put it back. */
import { z } from 'zod';
import { forbidden, notFound, UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { parseInput } from '../../../platform/kit/input.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import type { Context } from '../context.js';
import { unchanged } from '../domain/dated-price.js';
import { faultsOfUntil } from '../domain/hand-availability.js';
import { type MenuItem, type MenuOption, shownAtOutlet } from '../domain/menu-item.js';
import { handAvailabilityEvent } from '../published.js';
import type { Transaction } from '../store/database.js';
import { findHandAvailability, updateHandAvailability } from '../store/hand-availability.js';
import { findMenuItemForUpdate } from '../store/menu-items.js';
import { findOutletPrice } from '../store/outlet-prices.js';
import { findOutlets } from '../store/outlets.js';
import { findItemOfOption, findOptions } from '../store/recipes-and-options.js';
import { changeMenu } from './change-menu.js';

const availability = z.object({
  outletId: z.string(),
  menuItemId: z.string().nullable().default(null),
  optionId: z.string().nullable().default(null),
  isAvailable: z.boolean(),
  until: z.date().nullable().default(null),
});

export interface ChangedAvailability {
  /** At the outlet's price. */
  readonly menuItem: MenuItem;
  readonly option: MenuOption | null;
}

/** @throws NOT_FOUND, FORBIDDEN when the outlet lies outside the caller's scope, UserFault for what names nothing or no future moment. */
export async function setAvailability(context: Context, input: unknown): Promise<ChangedAvailability> {
  const { outletId, menuItemId, optionId, isAvailable, until } = parseInput(availability, input);
  const [outlet] = isId(outletId) ? await findOutlets(context.database, [outletId]) : [];
  if (outlet === undefined) throw notFound('Outlet');
  const { franchiseId } = outlet;
  if (!covers(scopeFor(context.identity, 'orders:prepare'), { franchiseId, outletId })) throw forbidden();
  if ((menuItemId === null) === (optionId === null))
    throw UserFault.of('INVALID_INPUT', 'Either an item or an option is meant', ['menuItemId']);
  const faults = faultsOfUntil(isAvailable, until, new Date());
  if (faults.length > 0) throw new UserFault(faults);

  return changeMenu(context, async (work) => {
    const { tx } = work;
    const subject = await findSubject(tx, menuItemId, optionId);
    const item = subject === null ? null : await findMenuItemForUpdate(tx, subject.menuItemId);
    if (subject === null || item === null) throw notFound(optionId === null ? 'Menu item' : 'Option');
    const before = await findHandAvailability(tx, outletId, subject.subjectId);
    const after = await updateHandAvailability(tx, franchiseId, { outletId, ...subject, isAvailable, until });
    work.emit(handAvailabilityEvent(after));
    const entity = { type: optionId === null ? 'MenuItem' : 'MenuOption', id: subject.subjectId };
    recordChange(work, context, {
      ...{ action: 'setAvailability', entity, tenant: { franchiseId, outletId } },
      before: { isAvailable: before?.isAvailable ?? true, until: before?.until ?? null },
      after: { isAvailable, until },
    });
    const own = await findOutletPrice(tx, item.id, outletId);
    const [option = null] = optionId === null ? [] : await findOptions(tx, [optionId]);
    return { menuItem: shownAtOutlet(item, own?.price ?? unchanged(null), new Date()), option };
  });
}

/** Null where there is none. */
async function findSubject(tx: Transaction, menuItemId: string | null, optionId: string | null) {
  const subjectId = optionId ?? menuItemId;
  if (subjectId === null || !isId(subjectId)) return null;
  const owner = optionId === null ? subjectId : await findItemOfOption(tx, optionId);
  return owner === null ? null : { subjectId, menuItemId: owner };
}
