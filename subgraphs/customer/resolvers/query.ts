/** `Query`. */
import { ErrorCode, forbidden, requestError } from '../../../platform/errors.js';
import { callerOf } from '../../../platform/identity/identity.js';
import { idPageOf } from '../../../platform/kit/paging.js';
import { placeOf } from '../../../platform/kit/requested-place.js';
import type { InputMaybe, QueryResolvers, Role, SalesScopeInput } from '../../../schema/types/customer.js';
import type { StaffFilter } from '../domain/invitation.js';
import { exportStaff } from '../operations/bulk/import-staff.js';
import { readAuditLog } from '../operations/read-audit-log.js';
import { readInvitations, readStaff } from '../operations/read-staff.js';
import { findRewards } from '../store/redemptions.js';
import { findRevocations } from '../store/revocations.js';
import { findOpenSessions } from '../store/sessions.js';
import { requireCustomer } from './customer.js';

export const Query: QueryResolvers = {
  me: (_parent, _args, context) => requireCustomer(context, callerOf(context.identity)),
  sessions: (_parent, _args, { ownDatabase, identity }) =>
    findOpenSessions(ownDatabase, callerOf(identity), new Date()),
  revocations: (_parent, { afterSequence }, { ownDatabase, identity }) => {
    if (identity.customerId !== null) throw forbidden();
    return findRevocations(ownDatabase, afterSequence);
  },
  staff: (_parent, { scope, role, ...page }, context) =>
    readStaff(context, staffFilterOf(scope, role), idPageOf(page)),
  invitations: (_parent, { scope, role, ...page }, context) =>
    readInvitations(context, staffFilterOf(scope, role), idPageOf(page)),
  exportStaff: (_parent, { outletId, ...page }, context) =>
    exportStaff(context, outletId ?? null, idPageOf(page)),
  accountExport: (_parent, _args, { identity }) => ({ id: callerOf(identity), madeAt: new Date() }),
  rewards: (_parent, _args, { database }) => findRewards(database),
  auditLog: (_parent, { scope, actorId, entityId, action, from, to, ...page }, context) =>
    readAuditLog(
      context,
      {
        ...placeOf(scope),
        actorId: actorId ?? null,
        entityId: entityId ?? null,
        action: action ?? null,
        from: from ?? null,
        to: to ?? null,
      },
      idPageOf(page),
    ),
};

/** @throws BAD_USER_INPUT for the role that everybody holds. */
function staffFilterOf(
  scope: InputMaybe<SalesScopeInput> | undefined,
  role: InputMaybe<Role> | undefined,
): StaffFilter {
  if (role === 'CUSTOMER')
    throw requestError(ErrorCode.BAD_USER_INPUT, 'Everybody with an account is a customer');
  return { ...placeOf(scope), role: role ?? null };
}
