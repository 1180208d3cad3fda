/** The one way in which an outlet changes: locked, with a higher version, published and recorded. */
import { isDeepStrictEqual } from 'node:util';
import { forbidden, notFound } from '../../../platform/errors.js';
import type { ChangedFields } from '../../../platform/events/event-types.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { type Permission, scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import type { Context } from '../context.js';
import type { Outlet } from '../domain/outlet.js';
import { outletEvent } from '../published.js';
import type { Work } from '../store/database.js';
import { findOutletForUpdate, findOutlets, updateOutlet } from '../store/outlets.js';
import { changeMenu } from './change-menu.js';

/** @throws NOT_FOUND for an outlet that the caller does not see, FORBIDDEN for one where the caller lacks the permission. */
export async function requireOutlet(
  { database, identity }: Context,
  permission: Permission,
  outletId: string,
): Promise<Outlet> {
  const [outlet] = isId(outletId) ? await findOutlets(database, [outletId]) : [];
  if (outlet === undefined) throw notFound('Outlet');
  if (!isWithin({ identity }, permission, outlet)) throw forbidden();
  return outlet;
}

export function isWithin(
  { identity }: Pick<Context, 'identity'>,
  permission: Permission,
  outlet: Outlet,
): boolean {
  const { id: outletId, franchiseId } = outlet;
  return covers(scopeFor(identity, permission), { franchiseId, outletId });
}

/**
 * Resolves when every live consumer has applied the change. What leaves everything as it was writes nothing.
 * @param change called with the outlet locked; throws to write nothing.
 * @throws NOT_FOUND, FORBIDDEN, and a unique violation for a name that is taken.
 */
export async function changeOutlet(
  context: Context,
  {
    action,
    permission,
    outletId,
  }: { readonly action: string; readonly permission: Permission; readonly outletId: string },
  change: (outlet: Outlet) => Omit<Outlet, 'version'>,
): Promise<Outlet> {
  await requireOutlet(context, permission, outletId);
  const changed = await changeMenu(context, (work) =>
    changeOutletIn(work, context, { action, outletId, change }),
  );
  context.loaders.outlet.clear(outletId).prime(outletId, changed);
  return changed;
}

export interface OutletChange {
  readonly action: string;
  readonly outletId: string;
  change(outlet: Outlet): Omit<Outlet, 'version'>;
}

/** Within a transaction that may change more. The caller may change it. @throws NOT_FOUND, a unique violation for a name that is taken. */
export async function changeOutletIn(
  work: Work,
  context: Context,
  { action, outletId, change }: OutletChange,
): Promise<Outlet> {
  const before = await findOutletForUpdate(work.tx, outletId);
  if (before === null) throw notFound('Outlet');
  const after = { ...change(before), version: before.version + 1 };
  if (isDeepStrictEqual(after, { ...before, version: after.version })) return before;
  await updateOutlet(work.tx, after);
  work.emit(outletEvent(after));
  const { franchiseId } = after;
  recordChange(work, context, {
    ...{ action, entity: { type: 'Outlet', id: outletId }, tenant: { franchiseId, outletId } },
    ...{ before: auditedFields(before), after: auditedFields(after) },
  });
  return after;
}

/** What the audit trail says of an outlet. */
export function auditedFields(outlet: Outlet): ChangedFields {
  const { name, city, address, phone, timeZone, status, pausedUntil, openingHours } = outlet;
  return {
    ...{ name, city, address, phone, timeZone, status, pausedUntil: pausedUntil?.toISOString() ?? null },
    ...{ openingHours: openingHours.weekly, openingExceptions: openingHours.exceptions },
  };
}
