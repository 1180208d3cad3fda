/**
 * The wall between tenants, as a condition of a query (Prisma's or SQL) and as a check of a row already read. The three agree
 * for every scope and row: a query filtered by `whereCovered` or `coveredSql` returns exactly the rows that `covers` accepts,
 * and likewise `whereVisible`, `visibleSql` and `isVisible`.
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

/** A condition of a statement, and the values of its parameters in their order. */
export interface SqlCondition {
  readonly condition: string;
  readonly values: readonly unknown[];
}

/** Where the condition stands in its statement. Its text depends on nothing else, so that a prepared statement fits every scope. */
export interface SqlPlace {
  /** How many parameters precede its own. */
  readonly after: number;
  /** The table, or its alias, where the tenant columns are ambiguous. */
  readonly table?: string | undefined;
}

/** As `whereCovered`, over the columns `franchise_id` and `outlet_id`. */
export function coveredSql(scope: Scope, { after, table }: SqlPlace): SqlCondition {
  return {
    condition: `(${coveredColumns(after, prefixOf(table))})`,
    values: coveredValues(scope),
  };
}

/** As `whereVisible`, over the columns of `coveredSql` and `customer_id`. */
export function visibleSql(scope: Scope, { after, table }: SqlPlace): SqlCondition {
  const prefix = prefixOf(table);
  return {
    condition: `(${prefix}customer_id = $${after + 1}::uuid OR ${coveredColumns(after + 1, prefix)})`,
    values: [scope.customerId, ...coveredValues(scope)],
  };
}

function prefixOf(table: string | undefined): string {
  return table === undefined ? '' : `${table}.`;
}

function coveredColumns(after: number, prefix: string): string {
  return `$${after + 1}::boolean OR ${prefix}franchise_id = ANY($${after + 2}::uuid[]) OR ${prefix}outlet_id = ANY($${after + 3}::uuid[])`;
}

function coveredValues({ everywhere, franchiseIds, outletIds }: Scope): unknown[] {
  return [everywhere, franchiseIds, outletIds];
}

/** Whether the caller holds the permission at any tenant. */
export function isStaff({ everywhere, franchiseIds, outletIds }: Scope): boolean {
  return everywhere || franchiseIds.length > 0 || outletIds.length > 0;
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
