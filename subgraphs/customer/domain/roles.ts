/** Roles: who may grant which, and where each holds. */
import { UserFault } from '../../../platform/errors.js';
import type { Scope } from '../../../platform/identity/identity.js';

export const GRANTED_ROLES = ['BARISTA', 'MANAGER', 'OWNER', 'HQ'] as const;
export type GrantedRole = (typeof GRANTED_ROLES)[number];

/** Where a role is to hold, as the caller names it. */
export type Place =
  | { readonly kind: 'outlet'; readonly outletId: string }
  | { readonly kind: 'franchise'; readonly franchiseId: string }
  | { readonly kind: 'everywhere' };

export interface PlaceInput {
  readonly role: GrantedRole | 'CUSTOMER';
  readonly outletId?: string | null | undefined;
  readonly franchiseId?: string | null | undefined;
}

export interface NamedRole {
  readonly role: GrantedRole;
  readonly place: Place;
}

/** @throws UserFault when the place does not suit the role. */
export function namedRole({ role, outletId, franchiseId }: PlaceInput): NamedRole {
  switch (role) {
    case 'CUSTOMER':
      throw UserFault.of('INVALID_INPUT', 'Everybody with an account is a customer', ['role']);
    case 'BARISTA':
    case 'MANAGER':
      refuse(franchiseId, 'franchiseId', role);
      return { role, place: { kind: 'outlet', outletId: need(outletId, 'outletId', role) } };
    case 'OWNER':
      refuse(outletId, 'outletId', role);
      return { role, place: { kind: 'franchise', franchiseId: need(franchiseId, 'franchiseId', role) } };
    case 'HQ':
      refuse(outletId, 'outletId', role);
      refuse(franchiseId, 'franchiseId', role);
      return { role, place: { kind: 'everywhere' } };
  }
}

/** Whether somebody may grant a role anywhere: head office every role, an owner those at outlets, a manager that of baristas. */
export function mayGrant(
  { everywhere, franchiseIds }: Pick<Scope, 'everywhere' | 'franchiseIds'>,
  role: PlaceInput['role'],
): boolean {
  return everywhere || (franchiseIds.length > 0 ? role !== 'OWNER' && role !== 'HQ' : role === 'BARISTA');
}

/** Whether somebody may grant a role there, and revoke it. */
export function mayHire(
  { everywhere, franchiseIds, outletIds }: Scope,
  role: GrantedRole,
  { outletId, franchiseId }: { readonly outletId: string | null; readonly franchiseId: string | null },
): boolean {
  if (everywhere) return true;
  if (outletId === null || franchiseId === null) return false;
  return franchiseIds.includes(franchiseId) || (role === 'BARISTA' && outletIds.includes(outletId));
}

export function grantedRole(stored: string): GrantedRole {
  const known = GRANTED_ROLES.find((role) => role === stored);
  if (known === undefined) throw new Error(`No such role: ${stored}`);
  return known;
}

function need(id: string | null | undefined, field: string, role: string): string {
  if (id == null) throw UserFault.of('INVALID_INPUT', `${role} needs ${field}`, [field]);
  return id;
}

function refuse(id: string | null | undefined, field: string, role: string): void {
  if (id != null) throw UserFault.of('INVALID_INPUT', `${role} takes no ${field}`, [field]);
}
