/** Which roles accounts hold: a copy of the customer subgraph's. A newer state replaces an older one, in any order of arrival. */
import type { DomainEvent } from '../../../platform/events/envelope.js';
import type { Transaction } from './database.js';

/** None of whose account is deleted. */
export async function upsertRoles(
  tx: Transaction,
  events: readonly DomainEvent<'customer.roles-changed'>[],
): Promise<void> {
  const rows = events.map(({ data, aggregateVersion }) => ({ ...data, version: aggregateVersion }));
  await tx.$executeRawUnsafe(
    `INSERT INTO account_roles (customer_id, roles, version)
     SELECT DISTINCT ON ("customerId") "customerId", roles, version
     FROM jsonb_to_recordset($1::jsonb) AS given ("customerId" uuid, roles jsonb, version int)
     WHERE NOT EXISTS (SELECT FROM erased_customer WHERE customer_id = "customerId")
     ORDER BY "customerId", version DESC
     ON CONFLICT (customer_id) DO UPDATE SET roles = excluded.roles, version = excluded.version
     WHERE account_roles.version < excluded.version`,
    JSON.stringify(rows),
  );
}
