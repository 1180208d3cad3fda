/** Publishes which items have run out at which outlets, and which are there again, since it was last looked. */
import { newCause } from '../../../platform/events/envelope.js';
import { soldOutEvent } from '../published.js';
import type { OwnStockDatabase } from '../store/database.js';
import { updateSoldOutItems } from '../store/sold-out-items.js';

export async function reportSoldOut(database: OwnStockDatabase): Promise<void> {
  const now = new Date();
  await database.work(newCause(), async (work) => {
    for (const change of await updateSoldOutItems(work.tx)) work.emit(soldOutEvent(change, now));
  });
}
