/** Who has ordered where. Staff see what belongs to the guests of their outlets. */
import type { Scope } from '../../../platform/identity/identity.js';
import { coveredSql, type SqlCondition, type TenantRow } from '../../../platform/kit/tenant-scope.js';
import type { Transaction } from './database.js';

/** Guests that are there already, and customers without an account, are left out. */
export async function insertGuests(
  tx: Transaction,
  guests: readonly (TenantRow & { readonly customerId: string; readonly outletId: string })[],
): Promise<void> {
  if (guests.length === 0) return;
  const [customerIds, outletIds, franchiseIds] = [
    guests.map(({ customerId }) => customerId),
    guests.map(({ outletId }) => outletId),
    guests.map(({ franchiseId }) => franchiseId),
  ];
  // In the order of the key, so that batches written at the same time wait for each other at most.
  await tx.$executeRaw`
    INSERT INTO outlet_guest (customer_id, outlet_id, franchise_id)
    SELECT guest.customer_id, guest.outlet_id, guest.franchise_id
    FROM unnest(${customerIds}::uuid[], ${outletIds}::uuid[], ${franchiseIds}::uuid[])
      AS guest (customer_id, outlet_id, franchise_id)
    JOIN customer ON customer.id = guest.customer_id
    ORDER BY guest.customer_id, guest.outlet_id
    ON CONFLICT DO NOTHING`;
}

/**
 * Whether the caller sees what belongs to a customer: their own, what guests of their tenants own, everything for head office.
 * The same as `caller_sees` in the database.
 * @param customerId an expression, in a statement whose first parameter is its own.
 */
export function seenSql(scope: Scope, customerId: string): SqlCondition {
  const covered = coveredSql(scope, { after: 3, table: 'guest' });
  return {
    condition: `($2::boolean OR ${customerId} = $3::uuid OR EXISTS (
      SELECT FROM outlet_guest AS guest WHERE guest.customer_id = ${customerId} AND ${covered.condition}))`,
    values: [scope.everywhere, scope.customerId, ...covered.values],
  };
}
