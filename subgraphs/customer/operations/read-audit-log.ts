/** Searches the audit trail within what the caller may see. */
import { ErrorCode, requestError } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { isStorable } from '../../../platform/kit/input.js';
import { type CountedConnection, connectionOf, type Page } from '../../../platform/kit/paging.js';
import { requirePlace } from '../../../platform/kit/requested-place.js';
import type { Context } from '../context.js';
import type { AuditEntry, AuditFilter } from '../domain/audit.js';
import { findAuditPage } from '../store/audit-entries.js';
import { findFranchise, findOutletTenant } from '../store/tenants.js';

type Caller = Pick<Context, 'database' | 'identity'>;

/** @throws NOT_FOUND for an outlet or franchise that does not exist or lies outside the caller's scope, BAD_USER_INPUT for a period that is none. */
export async function readAuditLog(
  { database, identity }: Caller,
  filter: AuditFilter,
  page: Page,
): Promise<CountedConnection<AuditEntry>> {
  const scope = scopeFor(identity, 'audit:read');
  await requirePlace(scope, filter, {
    franchiseOf: async (id) => (await findOutletTenant(database, id))?.franchiseId ?? null,
    hasFranchise: async (id) => (await findFranchise(database, id)) !== null,
  });
  const { actorId, entityId, action, from, to } = filter;
  if (from !== null && to !== null && from > to)
    throw requestError(ErrorCode.BAD_USER_INPUT, 'from must not be after to');
  const isFindable = [actorId, entityId].every((id) => id === null || isId(id)) && isStorable(action ?? '');
  if (!isFindable)
    return connectionOf(
      page,
      [],
      ({ id }: AuditEntry) => id,
      async () => 0,
    );
  const period = { from: from && withinCalendar(from), to: to && withinCalendar(to) };
  return findAuditPage(database, scope, { ...filter, ...period }, page);
}

/** PostgreSQL's calendar begins later than that of ISO 8601, and nothing was recorded before 1970. */
function withinCalendar(moment: Date): Date {
  return moment.getTime() < 0 ? new Date(0) : moment;
}
