/** Head office and owners add outlets to a franchise. */
import { z } from 'zod';
import { forbidden, notFound, UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import { timeZoneSchema } from '../../../platform/kit/calendar.js';
import { name, parseInput, phone, text } from '../../../platform/kit/input.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import { isUniqueViolation } from '../../../platform/kit/unique-violation.js';
import type { Context } from '../context.js';
import type { Outlet } from '../domain/outlet.js';
import { outletEvent } from '../published.js';
import { findFranchises, insertOutlet } from '../store/outlets.js';
import { changeMenu } from './change-menu.js';

const newOutlet = z.object({
  franchiseId: z.string(),
  name,
  city: text(100),
  address: text(300),
  phone,
  timeZone: timeZoneSchema,
});

/**
 * @throws NOT_FOUND, FORBIDDEN when the franchise lies outside the caller's scope, UserFault ALREADY_EXISTS when it has an outlet
 * of that name.
 */
export async function createOutlet(context: Context, input: unknown): Promise<Outlet> {
  const outlet = { id: newId('Outlet'), ...parseInput(newOutlet, input) };
  const { franchiseId } = outlet;
  const [franchise] = isId(franchiseId) ? await findFranchises(context.database, [franchiseId]) : [];
  if (franchise === undefined) throw notFound('Franchise');
  if (!covers(scopeFor(context.identity, 'outlets:manage'), { franchiseId })) throw forbidden();
  try {
    await changeMenu(context, async (work) => {
      await insertOutlet(work.tx, outlet);
      work.emit(outletEvent(outlet));
      const { id, ...after } = outlet;
      const tenant = { franchiseId, outletId: id };
      recordChange(work, context, {
        ...{ action: 'createOutlet', entity: { type: 'Outlet', id }, tenant, before: null, after },
      });
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw UserFault.of('ALREADY_EXISTS', 'The franchise has an outlet of this name', ['name']);
  }
  return outlet;
}
