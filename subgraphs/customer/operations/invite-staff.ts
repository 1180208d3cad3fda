/**
 * Invites staff by e-mail. Who invites learns nothing of whether the address has an account: the answer and the mail are the same.
 * Managers invite baristas to their outlets, owners also managers to those of their franchise, head office everybody.
 */
import { z } from 'zod';
import { forbidden, notFound } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { callerOf, scopeFor } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import { email, parseInput } from '../../../platform/kit/input.js';
import type { InviteStaffInput } from '../../../schema/types/customer.js';
import type { Context } from '../context.js';
import { linkEnd } from '../domain/account-link.js';
import type { Invitation } from '../domain/invitation.js';
import { mayGrant, mayHire, namedRole } from '../domain/roles.js';
import { mailTo } from '../published.js';
import type { Work } from '../store/database.js';
import {
  findInvitation,
  insertInvitation,
  updateFormerInvitationsRevoked,
  updateInvitationRevoked,
} from '../store/invitations.js';
import { findPlaceName } from '../store/tenants.js';
import { requireTenant } from './require-tenant.js';

export const addressed = z.object({ email });

/** @throws FORBIDDEN before the input is validated. */
export function requireMayInvite({ identity }: Context, { role }: InviteStaffInput): void {
  if (!mayGrant(scopeFor(identity, 'staff:hire'), role)) throw forbidden();
}

/** @throws NOT_FOUND for a place outside the caller's scope, FORBIDDEN for a role that the caller does not grant there. */
export async function inviteStaff(caller: Context, input: InviteStaffInput): Promise<Invitation> {
  const { database, identity } = caller;
  const scope = scopeFor(identity, 'staff:hire');
  const { role, place } = namedRole(input);
  const { email: address } = parseInput(addressed, { email: input.email });
  const tenant = await requireTenant(database, scope, place);
  if (!mayHire(scope, role, tenant)) throw forbidden();
  return invite(caller, 'inviteStaff', { email: address, role, ...tenant });
}

/** @param action as the audit trail names it. */
export async function invite(caller: Context, action: string, offer: Offer): Promise<Invitation> {
  const { database, identity, cause, loaders } = caller;
  const placeName = await findPlaceName(database, offer);
  const inviter = await loaders.customer.load(callerOf(identity));
  return database.work(cause, (work) =>
    sendInvitation(work, caller, action, offer, { placeName, inviterName: inviter?.name ?? null }),
  );
}

export type Offer = Pick<Invitation, 'email' | 'role' | 'outletId' | 'franchiseId'>;

/** Within a transaction that may send more. A former invitation to the same is withdrawn. */
export async function sendInvitation(
  work: Work,
  caller: Context,
  action: string,
  offer: Offer,
  names: { readonly placeName: string | null; readonly inviterName: string | null },
): Promise<Invitation> {
  const now = new Date();
  const invitation = {
    ...{ id: newId('StaffInvitation'), ...offer, invitedBy: callerOf(caller.identity) },
    ...{ createdAt: now, expiresAt: linkEnd('invitation', now) },
  };
  const { email, role, outletId, franchiseId } = offer;
  await updateFormerInvitationsRevoked(work.tx, invitation, now);
  await insertInvitation(work.tx, invitation);
  work.emit(
    mailTo(
      { id: null, email, language: 'id' },
      'STAFF_INVITATION',
      { role, place: names.placeName ?? '', invitedBy: names.inviterName ?? '' },
      { purpose: 'invitation', ...invitation },
    ),
  );
  recordChange(work, caller, { ...changeOf(action, invitation), after: { role, outletId, franchiseId } });
  return invitation;
}

/** @throws NOT_FOUND for one that is not open, and for one that the caller could not have made. */
export async function revokeInvitation(caller: Context, id: string): Promise<Invitation> {
  const { database, identity, cause } = caller;
  const scope = scopeFor(identity, 'staff:hire');
  const now = new Date();
  const invitation = isId(id) ? await findInvitation(database, id, now) : null;
  if (invitation === null || !mayHire(scope, invitation.role, invitation)) throw notFound('Invitation');
  const { role, outletId, franchiseId } = invitation;
  await database.work(cause, async (work) => {
    if (!(await updateInvitationRevoked(work.tx, id, now))) throw notFound('Invitation');
    const before = { role, outletId, franchiseId };
    recordChange(work, caller, { ...changeOf('revokeInvitation', invitation), before });
  });
  return invitation;
}

function changeOf(action: string, { id, outletId, franchiseId }: Invitation) {
  const entity = { type: 'StaffInvitation', id };
  return { action, entity, tenant: { outletId, franchiseId }, before: null, after: null };
}
