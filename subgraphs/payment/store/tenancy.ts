/** Which payments and orders a scope reaches: the caller's own, and those of the outlets where the permission is held. */
import { covers, type Scope } from '../../../platform/identity/identity.js';
import type { Prisma } from '../../../prisma/payment/client/client.js';

/** The same as `reaches`, as a condition of a query. */
export function reachedBy(scope: Scope): Prisma.PaymentWhereInput {
  if (scope.everywhere) return {};
  return {
    OR: [
      { franchiseId: { in: [...scope.franchiseIds] } },
      { outletId: { in: [...scope.outletIds] } },
      ...(scope.customerId === null ? [] : [{ customerId: scope.customerId }]),
    ],
  };
}

/** As `reachedBy`, without what is the caller's own: for what staff alone may see or do. */
export function coveredBy(scope: Scope): Prisma.PaymentWhereInput {
  return reachedBy({ ...scope, customerId: null });
}

export interface TenantRow {
  readonly customerId: string;
  readonly franchiseId: string;
  readonly outletId: string;
}

export function reaches(scope: Scope, row: TenantRow): boolean {
  return isOwn(scope, row) || covers(scope, row);
}

export function isOwn(scope: Scope, row: TenantRow): boolean {
  return scope.customerId !== null && scope.customerId === row.customerId;
}
