/** The queue of an outlet's kitchen, for its staff: as it stands, and live. */
import { liveUpdates } from '../../../platform/bus/live-updates.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import type { Context } from '../context.js';
import type { OrderRecord } from '../domain/order.js';
import { isInKitchen } from '../domain/order-state.js';
import { substituteOf } from '../domain/substitution.js';
import { kitchenTopic } from '../published.js';
import { findLiveOrders } from '../store/live-orders.js';
import { findKitchenQueue } from '../store/orders.js';
import { findOutletWithin } from './outlets.js';

export interface KitchenQueueChange {
  readonly outletId: string;
  /** Null for the queue as it stands. */
  readonly order: OrderRecord | null;
  readonly version: number | null;
  /** Whose queue it is; null for the whole kitchen's. */
  readonly station: string | null;
  readonly at: Date;
}

/** @param station orders with a line that is made there; null for all. */
export async function readKitchenQueue(
  context: Context,
  outletId: string,
  station: string | null,
): Promise<OrderRecord[]> {
  const outlet = await findOutletWithin(context, 'orders:prepare', outletId);
  const scope = scopeFor(context.identity, 'orders:prepare');
  const queue = await findKitchenQueue(context.database, scope, outlet.id);
  if (station === null) return queue;
  const stations = await context.loaders.stations.load(outlet.id);
  const isOfStation = await Promise.all(
    queue.map(async ({ id, substitution }) => {
      const lines = await context.loaders.lines.load(id);
      return lines.some((line) => {
        const { menuItemId } = substituteOf(line, substitution) ?? line;
        return stations.get(menuItemId) === station;
      });
    }),
  );
  return queue.filter((_order, index) => isOfStation[index]);
}

/** The present queue first, then each order that changes in it, no version twice; the queue again where changes may have been missed. */
export async function watchKitchenQueue(context: Context, outletId: string, station: string | null) {
  await findOutletWithin(context, 'orders:prepare', outletId);
  const scope = scopeFor(context.identity, 'orders:prepare');
  /** Of orders in the queue. */
  const sent = new Map<string, number>();
  return liveUpdates<KitchenQueueChange>({
    bus: context.bus,
    topic: kitchenTopic(outletId),
    first: async () => [{ outletId, order: null, version: null, station, at: new Date() }],
    async next({ id }) {
      const [changed] = await findLiveOrders(context.database, scope, [String(id)]);
      if (changed === undefined || changed.liveVersion <= (sent.get(changed.id) ?? -1)) return [];
      const { order, liveVersion: version, liveAt: at } = changed;
      if (isInKitchen(order.status)) sent.set(order.id, version);
      else sent.delete(order.id);
      return [{ outletId, order, version, station, at }];
    },
  });
}
