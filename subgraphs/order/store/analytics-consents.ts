/** The copy of members' consents to analytics. */
import type { DomainEvent } from '../../../platform/events/envelope.js';
import type { Transaction } from './database.js';

/** A newer version stays, and so does the account's erasure. */
export async function upsertConsent(
  tx: Transaction,
  { data, aggregateVersion }: DomainEvent<'customer.analytics-consent-changed'>,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO analytics_consent_copy (customer_id, is_granted, version)
    SELECT ${data.customerId}::uuid, ${data.isGranted}, ${aggregateVersion}
    WHERE NOT EXISTS (SELECT FROM erased_customer WHERE customer_id = ${data.customerId}::uuid)
    ON CONFLICT (customer_id) DO UPDATE SET is_granted = excluded.is_granted, version = excluded.version
    WHERE analytics_consent_copy.version < excluded.version`;
}

export async function deleteConsentsOf(tx: Transaction, customerIds: readonly string[]): Promise<void> {
  await tx.analyticsConsentCopy.deleteMany({ where: { customerId: { in: [...customerIds] } } });
}
