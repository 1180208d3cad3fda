/** Invitations of staff, and where staff work. */
import type { GrantedRole } from './roles.js';

export interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: GrantedRole;
  /** Both null for head office. */
  readonly outletId: string | null;
  readonly franchiseId: string | null;
  readonly invitedBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** A role that a person holds. */
export interface StaffMember {
  readonly id: string;
  readonly customerId: string;
  readonly role: GrantedRole;
  readonly outletId: string | null;
  readonly franchiseId: string | null;
  readonly grantedAt: Date;
}

/** What staff are searched by; null for anything. */
export interface StaffFilter {
  readonly outletId: string | null;
  readonly franchiseId: string | null;
  readonly role: GrantedRole | null;
}
