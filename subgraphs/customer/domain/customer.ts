/** Accounts as they are shown. A view says how much of an account its reader may see. */
import type { Scope } from '../../../platform/identity/identity.js';

/** Of the whole account. `own`: the person; `everything`: head office. */
export type AccountAccess = 'own' | 'everything';

/** `staff`: of an outlet where the person has ordered; `colleague`: of one where the person works or has acted. */
export type Access = AccountAccess | 'staff' | 'colleague';

export interface CustomerView {
  readonly id: string;
  /** Null for staff and colleagues. */
  readonly email: string | null;
  readonly name: string;
  /** Null for colleagues. */
  readonly phone: string | null;
  /** Null for staff and colleagues, as the one below. */
  readonly isEmailVerified: boolean | null;
  readonly language: Language | null;
  readonly access: Access;
}

/** Whom mails go to. */
export interface Addressee {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly language: Language;
}

export type Language = 'id' | 'en';

export function languageOf(stored: string): Language {
  if (stored === 'id' || stored === 'en') return stored;
  throw new Error(`No such language: ${stored}`);
}

export interface NewCustomer {
  readonly id: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly name: string;
  readonly phone: string | null;
}

/** Null for those who may not see the whole account. */
export function accountAccess(customerId: string, scope: Scope): AccountAccess | null {
  if (customerId === scope.customerId) return 'own';
  return scope.everywhere ? 'everything' : null;
}

export function seesWholeAccount(access: Access): access is AccountAccess {
  return access === 'own' || access === 'everything';
}
