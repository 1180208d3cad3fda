/** Head office and owners add outlets to a franchise, as drafts; from nothing, or from another outlet as template. */
import { z } from 'zod';
import { forbidden, notFound, UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import { parseInput } from '../../../platform/kit/input.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import { isUniqueViolation } from '../../../platform/kit/unique-violation.js';
import type { Context } from '../context.js';
import type { Outlet } from '../domain/outlet.js';
import { outletEvent, outletPriceEvent, settingsEvent } from '../published.js';
import type { Work } from '../store/database.js';
import { copyOutletPrices } from '../store/outlet-prices.js';
import { findFranchises, insertOutlet } from '../store/outlets.js';
import { findSettingsForUpdate, updateSettings } from '../store/settings.js';
import { changeMenu } from './change-menu.js';
import { auditedFields, requireOutlet } from './change-outlet.js';
import { outletFields } from './outlet-input.js';

const { name, city, address, phone, timeZone, openingHours, openingExceptions } = outletFields;
export const newOutlet = z.object({
  franchiseId: z.string(),
  ...{ name, timeZone: timeZone.nullish(), copyOf: z.string().nullish() },
  ...{ city: city.nullish(), address: address.nullish(), phone: phone.nullish() },
  ...{ openingHours: openingHours.nullish(), openingExceptions: openingExceptions.nullish() },
});

const HOME_TIME_ZONE = 'Asia/Jakarta';

/**
 * @throws NOT_FOUND, FORBIDDEN when the franchise or the template lies outside the caller's scope, UserFault ALREADY_EXISTS when it has an outlet
 * of that name.
 */
export async function createOutlet(context: Context, input: unknown): Promise<Outlet> {
  const given = parseInput(newOutlet, input);
  const { franchiseId } = given;
  const [franchise] = isId(franchiseId) ? await findFranchises(context.database, [franchiseId]) : [];
  if (franchise === undefined) throw notFound('Franchise');
  if (!covers(scopeFor(context.identity, 'outlets:manage'), { franchiseId })) throw forbidden();
  const { copyOf = null } = given;
  const template = copyOf === null ? null : await requireOutlet(context, 'outlets:manage', copyOf);
  const outlet = draftOutlet(given, template);
  try {
    await changeMenu(context, (work) => insertNewOutlet(work, context, 'createOutlet', outlet, template));
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw UserFault.of('ALREADY_EXISTS', 'The franchise has an outlet of this name', ['name']);
  }
  return outlet;
}

/** @param template another outlet, whose time zone and hours it has where none are given. */
export function draftOutlet(given: z.output<typeof newOutlet>, template: Outlet | null): Outlet {
  const { franchiseId } = given;
  return {
    ...{ id: newId('Outlet'), franchiseId, name: given.name },
    timeZone: given.timeZone ?? template?.timeZone ?? HOME_TIME_ZONE,
    ...{ city: given.city ?? '', address: given.address ?? '', phone: given.phone ?? '' },
    openingHours: {
      weekly: given.openingHours ?? template?.openingHours.weekly ?? [],
      exceptions: given.openingExceptions ?? template?.openingHours.exceptions ?? [],
    },
    ...{ status: 'DRAFT', pausedUntil: null, version: 1 },
  };
}

/** Within a transaction that may change more. @throws a unique violation when the franchise has an outlet of that name. */
export async function insertNewOutlet(
  work: Work,
  context: Context,
  action: string,
  outlet: Outlet,
  template: Outlet | null,
): Promise<void> {
  const { id, franchiseId } = outlet;
  await insertOutlet(work.tx, outlet);
  work.emit(outletEvent(outlet, template?.id ?? null));
  if (template !== null) await copyTemplate(work, template, outlet);
  const tenant = { franchiseId, outletId: id };
  const after = { franchiseId, ...auditedFields(outlet), ...(template && { copyOf: template.id }) };
  recordChange(work, context, { action, entity: { type: 'Outlet', id }, tenant, before: null, after });
}

/** What the template sells otherwise than the chain, and what it has set itself. Stock copies its items, order its stations. */
async function copyTemplate(work: Work, template: Outlet, { id, franchiseId }: Outlet): Promise<void> {
  for (const price of await copyOutletPrices(work.tx, template.id, { outletId: id, franchiseId })) {
    work.emit(outletPriceEvent(price));
  }
  const placeOf = (outlet: Pick<Outlet, 'id' | 'franchiseId'>) => ({
    ...{ level: 'OUTLET' as const, placeId: outlet.id, outletId: outlet.id, franchiseId: outlet.franchiseId },
  });
  const { settings } = await findSettingsForUpdate(work.tx, placeOf(template));
  if (Object.keys(settings).length === 0) return;
  const own = await findSettingsForUpdate(work.tx, placeOf({ id, franchiseId }));
  work.emit(settingsEvent(await updateSettings(work.tx, { ...own, settings })));
}
