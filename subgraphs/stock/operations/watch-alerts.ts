/**
 * Alerts of an outlet's items: those in force at first, then each as it arises or gets worse. As with levels, the subscription
 * starts before the snapshot is read.
 */
import { returningAtOnce } from '../../../platform/kit/returning-at-once.js';
import type { Context } from '../context.js';
import { type AlertKind, alertsOf, shortfallOf } from '../domain/alert.js';
import type { StockItem } from '../domain/records.js';
import { findOrdersAtRisk } from '../store/reservations.js';
import { findItemsOfOutlet, isItemShown } from '../store/stock-items.js';

export interface StockAlert {
  readonly kind: AlertKind;
  readonly item: StockItem;
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
    if (item.removedAt !== null) return;
    for (const kind of alertsOf(item, before)) {
      const orderIdsAtRisk = await findOrdersAtRisk(database, item.id, shortfallOf(item));
      yield { kind, item, orderIdsAtRisk, at };
    }
  }
}
