/**
 * Alerts of an outlet's items: those in force at first, then each as it arises, gets worse or is over. As with levels, the subscription
 * starts before the snapshot is read.
 */
import { returningAtOnce } from '../../../platform/kit/returning-at-once.js';
import type { Context } from '../context.js';
import { type AlertKind, alertsOf, alertsOver, shortfallOf } from '../domain/alert.js';
import type { StockItem } from '../domain/records.js';
import { findOrdersAtRisk } from '../store/reservations.js';
import { findItemsOfOutlet, isItemShown } from '../store/stock-items.js';

export interface StockAlert {
  readonly kind: AlertKind;
  readonly item: StockItem;
  readonly isOver: boolean;
  readonly orderIdsAtRisk: readonly string[];
  readonly at: Date;
}

export async function watchAlerts(
  { database, levels }: Context,
  outletId: string,
): Promise<AsyncIterableIterator<StockAlert>> {
  const watcher = await levels.watch(outletId);
  return returningAtOnce(alerts(), watcher);

  async function* alerts(): AsyncGenerator<StockAlert, void, undefined> {
    const seen = new Map<string, StockItem>();
    for (const item of await findItemsOfOutlet(database, outletId)) {
      seen.set(item.id, item);
      yield* alertsOn(item, undefined, new Date());
    }
    for await (const { item, at } of watcher) {
      const before = seen.get(item.id);
      if (before ? before.version >= item.version : !(await isItemShown(database, item.id))) continue;
      seen.set(item.id, item);
      yield* alertsOn(item, before, at);
    }
  }

  async function* alertsOn(
    item: StockItem,
    before: StockItem | undefined,
    at: Date,
  ): AsyncGenerator<StockAlert, void, undefined> {
    // What is removed needs no attention: whatever did is over.
    const isThere = item.removedAt === null;
    const wasThere = before !== undefined && before.removedAt === null;
    if (wasThere) {
      const over = isThere ? alertsOver(before, item) : alertsOf(before);
      for (const kind of over) yield { kind, item, isOver: true, orderIdsAtRisk: [], at };
    }
    if (!isThere) return;
    for (const kind of alertsOf(item, wasThere ? before : undefined)) {
      const orderIdsAtRisk = await findOrdersAtRisk(database, item.id, shortfallOf(item));
      yield { kind, item, isOver: false, orderIdsAtRisk, at };
    }
  }
}
