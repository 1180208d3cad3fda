/** Keeps the copies of outlets and of limited menu items. */
import { type Consumer, onceEach } from '../../../platform/events/consumer.js';
import type { Log } from '../../../platform/log.js';
import { copyLimitedItem, copyOutlet } from '../store/copies.js';
import type { StockDatabase } from '../store/database.js';

export function menuCopies(database: StockDatabase, log: Log): Consumer {
  const name = 'stock.menu-copies';
  return {
    name,
    types: ['outlet.changed', 'menu-item.changed'],
    handle: onceEach(
      database,
      name,
      async (event, work) => {
        if (event.type === 'outlet.changed') await copyOutlet(work.tx, event);
        if (event.type === 'menu-item.changed') await copyLimitedItem(work, event);
      },
      log,
    ),
  };
}
