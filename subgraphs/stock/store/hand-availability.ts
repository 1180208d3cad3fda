/** Copies of what staff took off the menu by hand, written by events alone: a newer state replaces an older one, in any order of arrival. */
import type { DomainEvent } from '../../../platform/events/envelope.js';
import type { OwnStockDatabase, Transaction } from './database.js';

/** A menu item, or an option of one, at an outlet. */
export interface Subject {
  readonly outletId: string;
  readonly subjectId: string;
}

export async function upsertHandAvailability(
  tx: Transaction,
  { data, aggregateVersion }: DomainEvent<'hand-availability.changed'>,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO hand_availability_copy (outlet_id, subject_id, is_available, until, version)
    VALUES (${data.outletId}::uuid, ${data.subjectId}::uuid, ${data.isAvailable}, ${data.until}::timestamptz, ${aggregateVersion})
    ON CONFLICT (outlet_id, subject_id) DO UPDATE
    SET is_available = excluded.is_available, until = excluded.until, version = excluded.version
    WHERE hand_availability_copy.version < excluded.version`;
}

/** Which of the subjects are taken off at this moment. */
export async function findTakenOff(
  { prisma }: OwnStockDatabase,
  subjects: readonly Subject[],
): Promise<Subject[]> {
  return prisma.handAvailabilityCopy.findMany({
    where: {
      outletId: { in: [...new Set(subjects.map(({ outletId }) => outletId))] },
      subjectId: { in: [...new Set(subjects.map(({ subjectId }) => subjectId))] },
      isAvailable: false,
      OR: [{ until: null }, { until: { gt: new Date() } }],
    },
    select: { outletId: true, subjectId: true },
  });
}
