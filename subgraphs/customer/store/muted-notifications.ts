/** Kinds of notifications that persons have switched off in the app: a copy of what they set in the messages subgraph. */
import type { DomainEvent } from '../../../platform/events/envelope.js';
import type { Transaction } from './database.js';

/** A newer version stays, and so does the account's erasure. */
export async function upsertMuted(
  tx: Transaction,
  { data: { customerId, kind, isOn }, aggregateVersion }: DomainEvent<'notification.preference-changed'>,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO muted_notification AS known (customer_id, kind, is_muted, version)
    SELECT id, ${kind}, ${!isOn}, ${aggregateVersion} FROM customer WHERE id = ${customerId}::uuid AND erased_at IS NULL FOR SHARE
    ON CONFLICT (customer_id, kind) DO UPDATE SET is_muted = excluded.is_muted, version = excluded.version
    WHERE known.version < excluded.version`;
}

/** Answers whether a person has switched off a kind. */
export async function findMuted(
  tx: Transaction,
  customerIds: readonly string[],
): Promise<(customerId: string, kind: string) => boolean> {
  const rows = await tx.mutedNotification.findMany({
    where: { customerId: { in: [...new Set(customerIds)] }, isMuted: true },
    select: { customerId: true, kind: true },
  });
  const muted = new Set(rows.map(({ customerId, kind }) => `${customerId} ${kind}`));
  return (customerId, kind) => muted.has(`${customerId} ${kind}`);
}
