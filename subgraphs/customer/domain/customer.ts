/** Accounts as they are shown. A view says how much of an account its reader may see. */
import type { Scope } from '../../../platform/identity/identity.js';
import { isStaff } from '../../../platform/kit/tenant-scope.js';

/** `own`: the person; `everything`: head office; `staff`: who handles the person's orders. */
export type Access = 'own' | 'everything' | 'staff';

export interface CustomerView {
  readonly id: string;
  /** Null for staff. */
  readonly email: string | null;
  readonly name: string;
  readonly phone: string | null;
  readonly access: Access;
}

export interface NewCustomer {
  readonly id: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly name: string;
  readonly phone: string | null;
}

/** @param scope where the reader handles orders. Null for no access. */
export function accessTo(customerId: string, scope: Scope): Access | null {
  if (customerId === scope.customerId) return 'own';
  if (scope.everywhere) return 'everything';
  return isStaff(scope) ? 'staff' : null;
}
