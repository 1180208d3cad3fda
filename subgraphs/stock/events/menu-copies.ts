/**
 * `outlet.changed`, `menu-item.changed` and `hand-availability.changed`: updates stock's copies of outlets, of limited items and of what
 * staff took off by hand, and publishes what is available of ingredients that limited items have begun to use. An outlet that was made
 * from another gets the items of that one, with nothing in stock.
 */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import type { EventData } from '../../../platform/events/event-types.js';
import { newId } from '../../../platform/ids.js';
import { handAvailabilityTopic, limitedAvailabilityEvent } from '../published.js';
import type { Transaction, Work } from '../store/database.js';
import { upsertHandAvailability } from '../store/hand-availability.js';
import { findAvailabilities, upsertLimitedItem } from '../store/limited-items.js';
import { upsertOutlet } from '../store/outlets.js';
import { findItemsToCopy, insertMissingItems } from '../store/stock-items.js';
import type { ConsumerParts } from './consumer-parts.js';

const NAME = 'stock.menu-copies';

export function consumer({ database, log }: Pick<ConsumerParts, 'database' | 'log'>): Consumer {
  return {
    name: NAME,
    types: ['outlet.changed', 'menu-item.changed', 'hand-availability.changed'],
    handle: idempotentBatch(
      database,
      NAME,
      async (events, work) => {
        const limited = new Map<string, Work>();
        for (const event of events) {
          if (event.type === 'outlet.changed') {
            await upsertOutlet(work.tx, event);
            await copyItems(work.tx, event.data);
          }
          if (event.type === 'hand-availability.changed') {
            await upsertHandAvailability(work.tx, event);
            work.publish(handAvailabilityTopic(event.data.outletId), {});
          }
          if (event.type !== 'menu-item.changed') continue;
          const cause = work.causedBy(event.metadata);
          for (const ingredientId of await upsertLimitedItem(work.tx, event))
            limited.set(ingredientId, cause);
        }
        await publishAvailability(work, limited);
      },
      log,
    ),
  };
}

async function copyItems(
  tx: Transaction,
  { outletId, franchiseId, copyOf }: EventData['outlet.changed'],
): Promise<void> {
  if (copyOf === undefined) return;
  const items = await findItemsToCopy(tx, copyOf);
  await insertMissingItems(
    tx,
    items.map((item) => ({ ...item, id: newId('StockItem'), franchiseId, outletId })),
  );
}

/**
 * An ingredient may have run out or come back while no limited item used it, which was not published then.
 * @param ingredients each with the work that names its cause.
 */
async function publishAvailability(work: Work, ingredients: ReadonlyMap<string, Work>): Promise<void> {
  for (const { stockItemId, version, ...data } of await findAvailabilities(work.tx, [
    ...ingredients.keys(),
  ])) {
    ingredients.get(data.ingredientId)?.emit(limitedAvailabilityEvent(stockItemId, version, data));
  }
}
