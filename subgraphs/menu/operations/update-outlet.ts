/** Changes what an outlet says of itself: where it is, and when it is open. */
import { z } from 'zod';
import { UserFault } from '../../../platform/errors.js';
import { parseInput } from '../../../platform/kit/input.js';
import { isUniqueViolation } from '../../../platform/kit/unique-violation.js';
import type { Context } from '../context.js';
import type { Outlet } from '../domain/outlet.js';
import { changeOutlet, requireOutlet } from './change-outlet.js';
import { outletFields } from './outlet-input.js';

export const outletChange = z.object(outletFields).partial();

/**
 * @throws NOT_FOUND, FORBIDDEN outside the caller's scope, UserFault ALREADY_EXISTS when the franchise has another outlet of that name,
 * INVALID_STATE for an outlet that is closed for good.
 */
export async function updateOutlet(
  context: Context,
  { outletId, ...input }: { readonly outletId: string } & object,
): Promise<Outlet> {
  await requireOutlet(context, 'outlets:operate', outletId);
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
  const changes = parseInput(outletChange, given);
  const target = { action: 'updateOutlet', permission: 'outlets:operate', outletId } as const;
  try {
    return await changeOutlet(context, target, (outlet) => {
      requireNotClosed(outlet);
      return updatedOutlet(outlet, changes);
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw UserFault.of('ALREADY_EXISTS', 'The franchise has another outlet of this name', ['name']);
  }
}

/** @throws UserFault INVALID_STATE */
export function requireNotClosed({ status }: Outlet): void {
  if (status === 'CLOSED')
    throw UserFault.of('INVALID_STATE', 'The outlet is closed for good.', ['outletId']);
}

/** What is left out of the changes stays. */
export function updatedOutlet(outlet: Outlet, changes: z.output<typeof outletChange>): Outlet {
  const { name, city, address, phone, timeZone, openingHours } = outlet;
  return {
    ...outlet,
    ...{ name: changes.name ?? name, city: changes.city ?? city, address: changes.address ?? address },
    ...{ phone: changes.phone ?? phone, timeZone: changes.timeZone ?? timeZone },
    openingHours: {
      weekly: changes.openingHours ?? openingHours.weekly,
      exceptions: changes.openingExceptions ?? openingHours.exceptions,
    },
  };
}
