/** What persons want to be notified of, and when not. */
import type { Origin } from '../../../platform/identity/origin.js';
import type { Preference, PreferenceSource, Switch } from '../domain/preference.js';
import type { QuietHours } from '../domain/quiet-hours.js';
import type { MessagesDatabase, Transaction } from './database.js';

/** Those that the person has set. */
export async function findPreferences(
  { prisma }: Pick<MessagesDatabase, 'prisma'>,
  customerId: string,
): Promise<Preference[]> {
  return prisma.notificationPreference.findMany({
    where: { customerId },
    select: { kind: true, channel: true, isOn: true },
  });
}

/** With its proof: when, how and from where. @returns its version; null where it was set so before. */
export async function upsertPreference(
  tx: Transaction,
  customerId: string,
  { kind, channel, isOn }: Preference,
  { source, origin }: { readonly source: PreferenceSource; readonly origin: Origin | undefined },
): Promise<number | null> {
  const rows = await tx.$queryRaw<{ version: number }[]>`
    INSERT INTO notification_preference AS known (customer_id, kind, channel, is_on, version, set_at, source, address, user_agent)
    VALUES (${customerId}::uuid, ${kind}::"NotificationKind", ${channel}::"NotificationChannel", ${isOn}, 1, now(),
      ${source}::"PreferenceSource", ${origin?.address ?? null}, ${origin?.userAgent ?? null})
    ON CONFLICT (customer_id, kind, channel) DO UPDATE SET is_on = excluded.is_on, version = known.version + 1, set_at = excluded.set_at,
      source = excluded.source, address = excluded.address, user_agent = excluded.user_agent
    WHERE known.is_on <> excluded.is_on
    RETURNING version`;
  return rows[0]?.version ?? null;
}

/** Of these persons, those who have switched it off. */
export async function findSwitchedOff(
  tx: Transaction,
  customerIds: readonly string[],
  { kind, channel }: Switch,
): Promise<Set<string>> {
  const rows = await tx.notificationPreference.findMany({
    where: { customerId: { in: [...customerIds] }, kind, channel, isOn: false },
    select: { customerId: true },
  });
  return new Set(rows.map(({ customerId }) => customerId));
}

const HOURS = { fromTime: true, toTime: true, timeZone: true } as const;

export async function findQuietHours(
  { prisma }: Pick<MessagesDatabase, 'prisma'>,
  customerId: string,
): Promise<QuietHours | null> {
  const row = await prisma.quietHours.findUnique({ where: { customerId }, select: HOURS });
  return row === null ? null : { from: row.fromTime, to: row.toTime, timeZone: row.timeZone };
}

/** By person; those without any are left out. */
export async function findQuietHoursOf(
  tx: Transaction,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, QuietHours>> {
  const rows = await tx.quietHours.findMany({ where: { customerId: { in: [...customerIds] } } });
  return new Map(
    rows.map(({ customerId, fromTime: from, toTime: to, timeZone }) => [customerId, { from, to, timeZone }]),
  );
}

/** @param hours null for none. */
export async function updateQuietHours(
  tx: Transaction,
  customerId: string,
  hours: QuietHours | null,
): Promise<void> {
  if (hours === null) {
    await tx.quietHours.deleteMany({ where: { customerId } });
    return;
  }
  const row = { fromTime: hours.from, toTime: hours.to, timeZone: hours.timeZone };
  await tx.quietHours.upsert({ where: { customerId }, create: { customerId, ...row }, update: row });
}
