/** A place's newest orders, live. */
import { type Live, useLive } from '../../shared/client/live.js';
import {
  type OrderRowFragment,
  OrdersOfOutlet,
  type OrdersOfOutletQuery,
  OrdersOfPlace,
  type OrdersOfPlaceSubscription,
} from '../operations.js';
import type { Place } from '../places/places.js';

export type OrderRow = OrderRowFragment;
export type Orders = ReadonlyMap<string, OrderRow>;

const NEWEST = 20;
const MOST = 500;

export function useOrders({ key, outlets, scope }: Place): Live<Orders> {
  return useLive(key, {
    snapshot: {
      document: OrdersOfOutlet,
      variables: outlets.map(({ id }) => ({ outletId: id, first: NEWEST })),
      read: ({ orders }: OrdersOfOutletQuery, before: Orders | undefined) =>
        (orders?.nodes ?? []).reduce(withOrder, before ?? new Map()),
    },
    stream: {
      document: OrdersOfPlace,
      variables: { scope },
      apply: (before: Orders | undefined, { ordersChanged }: OrdersOfPlaceSubscription) =>
        withOrder(before ?? new Map(), ordersChanged.order),
    },
  });
}

/** Of two readings of an order the later one stands, whichever came first. */
function withOrder(orders: Orders, row: OrderRow): Orders {
  const known = orders.get(row.id);
  if (known !== undefined && changedAt(known) > changedAt(row)) return orders;
  const rows = new Map(orders).set(row.id, row);
  if (rows.size > MOST) for (const { id } of newestFirst(rows).slice(MOST)) rows.delete(id);
  return rows;
}

export function newestFirst(orders: Orders): OrderRow[] {
  return [...orders.values()].sort(
    (one, other) => other.placedAt.localeCompare(one.placedAt) || other.id.localeCompare(one.id),
  );
}

function changedAt({ statusHistory, placedAt }: OrderRow): string {
  return [placedAt, ...statusHistory.map(({ at }) => at)].sort().at(-1) ?? placedAt;
}
