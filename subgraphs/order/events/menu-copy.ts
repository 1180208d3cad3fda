/**
 * Copies franchises and outlets, and menu items, outlets' own prices, what they took off and promotions, from which orders are priced. An event counts as applied
 * only when this process's menu in memory holds it.
 */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import type { OrderWork } from '../store/database.js';
import {
  changedCopy,
  fillCategory,
  fillCity,
  fillEnglishNames,
  upsertFranchise,
  upsertHandAvailability,
  upsertMenuItem,
  upsertOutlet,
  upsertOutletPrice,
  upsertPromotion,
} from '../store/menu-copies.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({
  database,
  menu,
  log,
}: Pick<ConsumerParts, 'database' | 'menu' | 'log'>): Consumer {
  const name = 'order.menu-copy';
  const write = idempotent(database, name, upsert, log);
  return {
    name,
    types: [
      'franchise.changed',
      'outlet.changed',
      'menu-item.changed',
      'outlet-price.changed',
      'hand-availability.changed',
      'promotion.changed',
      'menu-item.category-carried-forward',
      'menu-item.names-carried-forward',
      'outlet.city-carried-forward',
    ],
    async handle(events) {
      await write(events);
      await menu.reload(events.flatMap(changedCopy));
    },
  };
}

async function upsert(event: AnyEvent, work: OrderWork): Promise<void> {
  switch (event.type) {
    case 'franchise.changed':
      return upsertFranchise(work, event);
    case 'outlet.changed':
      return upsertOutlet(work, event);
    case 'menu-item.changed':
      return upsertMenuItem(work, event);
    case 'outlet-price.changed':
      return upsertOutletPrice(work, event);
    case 'hand-availability.changed':
      return upsertHandAvailability(work, event);
    case 'promotion.changed':
      return upsertPromotion(work, event);
    case 'menu-item.category-carried-forward':
      return fillCategory(work, event);
    case 'menu-item.names-carried-forward':
      return fillEnglishNames(work, event);
    case 'outlet.city-carried-forward':
      return fillCity(work, event);
    default:
  }
}
