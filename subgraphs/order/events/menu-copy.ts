/** Keeps the copies of outlets, menu items, outlets' own prices and promotions, from which orders are priced. */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import type { Log } from '../../../platform/log.js';
import { copyMenuItem, copyOutlet, copyOutletPrice, copyPromotion } from '../store/copies.js';
import type { OrderDatabase, OrderWork } from '../store/database.js';

export function menuCopy(database: OrderDatabase, log: Log): Consumer {
  const name = 'order.menu-copy';
  return {
    name,
    types: ['outlet.changed', 'menu-item.changed', 'outlet-price.changed', 'promotion.changed'],
    handle: idempotent(database, name, copy, log),
  };
}

async function copy(event: AnyEvent, work: OrderWork): Promise<void> {
  switch (event.type) {
    case 'outlet.changed':
      return copyOutlet(work, event);
    case 'menu-item.changed':
      return copyMenuItem(work, event);
    case 'outlet-price.changed':
      return copyOutletPrice(work, event);
    case 'promotion.changed':
      return copyPromotion(work, event);
    default:
  }
}
