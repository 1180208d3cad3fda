/** Keeps the copies of outlets and of limited menu items, and tells what there is of what has become limited. */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import type { Log } from '../../../platform/log.js';
import { copyLimitedItem, copyOutlet, tellAvailability } from '../store/copies.js';
import type { StockDatabase, Work } from '../store/database.js';

export function menuCopies(database: StockDatabase, log: Log): Consumer {
  const name = 'stock.menu-copies';
  return {
    name,
    types: ['outlet.changed', 'menu-item.changed'],
    handle: idempotentBatch(
      database,
      name,
      async (events, work) => {
        const news = new Map<string, Work>();
        for (const event of events) {
          if (event.type === 'outlet.changed') await copyOutlet(work.tx, event);
          if (event.type !== 'menu-item.changed') continue;
          const cause = work.causedBy(event.metadata);
          for (const ingredientId of await copyLimitedItem(work.tx, event)) news.set(ingredientId, cause);
        }
        await tellAvailability(news);
      },
      log,
    ),
  };
}
