/** Moves the levels of items to what their shelves weigh, by the person who changed a shelf or the items. */
import { callerOf } from '../../../platform/identity/identity.js';
import type { Context } from '../context.js';
import type { Work } from '../store/database.js';
import { relevel } from '../store/shelves.js';
import { recordMovements } from './record-movements.js';

/** The caller has locked the items and their shelves. @param changedShelfId null for none in particular. */
export async function relevelItems(
  work: Work,
  { identity }: Pick<Context, 'identity'>,
  stockItemIds: readonly string[],
  changedShelfId: string | null,
): Promise<void> {
  const moved = await relevel(work.tx, stockItemIds, changedShelfId);
  if (moved.length === 0) return;
  const personId = callerOf(identity);
  await recordMovements(
    work,
    moved.map((item) => ({ ...item, figure: 'ON_HAND', kind: 'SCALES_CHANGED', personId })),
  );
}
