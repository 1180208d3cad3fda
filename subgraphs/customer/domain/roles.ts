/** Roles: who may grant which, and where each holds. */
import { UserFault } from '../../../platform/errors.js';

export type GrantedRole = 'BARISTA' | 'MANAGER' | 'OWNER' | 'HQ';

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

/** Head office grants every role; an owner those at outlets. */
export function mayGrant(granter: { readonly everywhere: boolean }, role: PlaceInput['role']): boolean {
  return granter.everywhere || (role !== 'OWNER' && role !== 'HQ');
}

function need(id: string | null | undefined, field: string, role: string): string {
  if (id == null) throw UserFault.of('INVALID_INPUT', `${role} needs ${field}`, [field]);
  return id;
}

function refuse(id: string | null | undefined, field: string, role: string): void {
  if (id != null) throw UserFault.of('INVALID_INPUT', `${role} takes no ${field}`, [field]);
}
