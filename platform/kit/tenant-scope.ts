/**
 * The wall between tenants, as a condition of a query and as a check of a row already read. The two agree for every scope and
 * row: a query filtered by `whereCovered` returns exactly the rows that `covers` accepts, and likewise `whereVisible` and
 * `isVisible`.
 */
import type { Scope } from '../identity/identity.js';

/** The tenant columns of a row. A row of a whole franchise has no outlet. */
export interface TenantRow {
  readonly franchiseId: string;
  readonly outletId?: string | null;
}

/** A row that also belongs to a customer. */
export interface OwnedRow extends TenantRow {
  readonly customerId: string | null;
}

type TenantCondition = { franchiseId: { in: string[] } } | { outletId: { in: string[] } };

/** A Prisma `where`: every row when empty, no row when `OR` is an empty list. */
export interface TenantWhere<Condition = TenantCondition> {
  OR?: Condition[];
}

/** Rows of the tenants where the caller holds the permission: for what staff alone may see or do. */
export function whereCovered({ everywhere, franchiseIds, outletIds }: Scope): TenantWhere {
  if (everywhere) return {};
  return { OR: [{ franchiseId: { in: [...franchiseIds] } }, { outletId: { in: [...outletIds] } }] };
}

/** As `whereCovered`, and the caller's own rows. */
export function whereVisible(scope: Scope): TenantWhere<TenantCondition | { customerId: string }> {
  const { OR } = whereCovered(scope);
  if (OR === undefined) return {};
  return { OR: scope.customerId === null ? OR : [...OR, { customerId: scope.customerId }] };
}

/** Whether the row belongs to a tenant where the caller holds the permission. */
export function covers(scope: Scope, { franchiseId, outletId }: TenantRow): boolean {
  return (
    scope.everywhere ||
    scope.franchiseIds.includes(franchiseId) ||
    (outletId != null && scope.outletIds.includes(outletId))
  );
}

/** Whether the caller is the customer whom the row belongs to. */
export function isOwn({ customerId }: Scope, row: Pick<OwnedRow, 'customerId'>): boolean {
  return customerId !== null && customerId === row.customerId;
}

/** As `covers`, or the caller's own row. */
export function isVisible(scope: Scope, row: OwnedRow): boolean {
  return isOwn(scope, row) || covers(scope, row);
}
