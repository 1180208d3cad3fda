/** The queue of an outlet's kitchen, for its staff: as it stands, and live. */
import { liveUpdates } from '../../../platform/bus/live-updates.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import type { Context } from '../context.js';
import type { OrderRecord } from '../domain/order.js';
import { kitchenTopic } from '../published.js';
import { findKitchenQueue } from '../store/orders.js';
import { findOutletWithin } from './outlets.js';

export interface KitchenQueueChange {
  readonly outletId: string;
  /** Null for the queue as it stands at first. */
  readonly orderId: string | null;
  readonly at: Date;
}

export async function readKitchenQueue(context: Context, outletId: string): Promise<OrderRecord[]> {
  const outlet = await findOutletWithin(context, 'orders:prepare', outletId);
  return findKitchenQueue(context.database, scopeFor(context.identity, 'orders:prepare'), outlet.id);
}

/** A change for the present queue first, then one for each order that changes in it. */
export async function watchKitchenQueue(context: Context, outletId: string) {
  await findOutletWithin(context, 'orders:prepare', outletId);
  return liveUpdates<KitchenQueueChange>({
    bus: context.bus,
    topic: kitchenTopic(outletId),
    first: async () => [{ outletId, orderId: null, at: new Date() }],
    next: async ({ id }) => [{ outletId, orderId: String(id), at: new Date() }],
  });
}
