/** What staff of outlets took off by hand. A row is never deleted: copies keep the one with the highest version. */
import { readIdPage } from '../../../platform/kit/id-page.js';
import type { CountedConnection, Page } from '../../../platform/kit/paging.js';
import type { HandAvailability, TakenOff } from '../domain/hand-availability.js';
import type { MenuDatabase, Transaction } from './database.js';

/** What is off at a moment, of items that are on the menu and options that they have; in the order of the ids of what is off. */
export function findTakenOffPage(
  database: MenuDatabase,
  outletId: string,
  now: Date,
  page: Page,
): Promise<CountedConnection<TakenOff>> {
  const from = `(SELECT off.subject_id AS id, off.menu_item_id, option.id AS option_id, off.until
     FROM hand_availability AS off JOIN menu_item AS item ON item.id = off.menu_item_id
     LEFT JOIN menu_option AS option ON option.id = off.subject_id
     WHERE off.outlet_id = $1 AND NOT off.is_available AND (off.until IS NULL OR off.until > $2) AND NOT item.is_archived
       AND (option.id IS NOT NULL OR off.subject_id = item.id)) AS taken_off
     WHERE true`;
  const columns = 'id, menu_item_id AS "menuItemId", option_id AS "optionId", until';
  return readIdPage<TakenOff>(database, { columns, from, values: [outletId, now] }, page, 'asc');
}

export async function findHandAvailability(
  tx: Transaction,
  outletId: string,
  subjectId: string,
): Promise<HandAvailability | null> {
  return tx.handAvailability.findUnique({
    where: { outletId_subjectId: { outletId, subjectId } },
    omit: { franchiseId: true },
  });
}

/**
 * Inserts or replaces it.
 * @param franchiseId of the outlet.
 * @returns it with its version, which rises by one.
 */
export async function updateHandAvailability(
  tx: Transaction,
  franchiseId: string,
  { outletId, subjectId, menuItemId, isAvailable, until }: Omit<HandAvailability, 'version'>,
): Promise<HandAvailability> {
  return tx.handAvailability.upsert({
    where: { outletId_subjectId: { outletId, subjectId } },
    create: { outletId, subjectId, menuItemId, franchiseId, isAvailable, until, version: 1 },
    update: { menuItemId, isAvailable, until, version: { increment: 1 } },
    omit: { franchiseId: true },
  });
}
