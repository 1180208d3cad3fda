/** The copy of members' consents to analytics. Figures about customers follow it in the same transaction. */
import type { DomainEvent } from '../../../platform/events/envelope.js';
import { addCustomers, lockCount, removeCustomers } from './count-customers.js';
import type { Transaction } from './database.js';

/** A newer version stays, and so does the account's erasure. */
export async function upsertConsent(
  tx: Transaction,
  { data, aggregateVersion }: DomainEvent<'customer.analytics-consent-changed'>,
): Promise<void> {
  const { customerId, isGranted } = data;
  const until = await lockCount(tx);
  const [before] = await tx.$queryRaw<{ isGranted: boolean }[]>`
    SELECT is_granted AS "isGranted" FROM analytics_consent_copy WHERE customer_id = ${customerId}::uuid`;
  const changed = await tx.$executeRaw`
    INSERT INTO analytics_consent_copy (customer_id, is_granted, version)
    SELECT ${customerId}::uuid, ${isGranted}, ${aggregateVersion}
    WHERE NOT EXISTS (SELECT FROM erased_customer WHERE customer_id = ${customerId}::uuid)
    ON CONFLICT (customer_id) DO UPDATE SET is_granted = excluded.is_granted, version = excluded.version
    WHERE analytics_consent_copy.version < excluded.version`;
  if (changed === 0 || (before?.isGranted ?? false) === isGranted) return;
  await (isGranted ? addCustomers(tx, [customerId], until) : removeCustomers(tx, [customerId], until));
}

export async function deleteConsentsOf(tx: Transaction, customerIds: readonly string[]): Promise<void> {
  const until = await lockCount(tx);
  const deleted = await tx.$queryRaw<{ id: string; isGranted: boolean }[]>`
    DELETE FROM analytics_consent_copy WHERE customer_id = ANY (${[...customerIds]}::uuid[])
    RETURNING customer_id AS id, is_granted AS "isGranted"`;
  const counted = deleted.filter(({ isGranted }) => isGranted).map(({ id }) => id);
  if (counted.length > 0) await removeCustomers(tx, counted, until);
}
