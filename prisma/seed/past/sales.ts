/** What the past's orders come to for each outlet and day, as the order subgraph adds it up and its events say: nothing was taken off or back. */
import type { DaySales } from '../../../platform/events/event-types.js';
import { add } from '../../../platform/money.js';
import { taxSum } from '../../../platform/order-charges.js';
import type { PastOrder } from './orders.js';

export interface OutletSales {
  readonly outletId: string;
  readonly franchiseId: string;
  readonly sales: DaySales;
}

type ItemSales = DaySales['items'][number];

export function pastSales(orders: readonly PastOrder[]): OutletSales[] {
  const days = new Map<string, PastOrder[]>();
  for (const order of orders) {
    const key = `${order.outlet.id} ${order.day}`;
    const known = days.get(key);
    if (known === undefined) days.set(key, [order]);
    else known.push(order);
  }
  return [...days.values()].map(salesOf);
}

/** Of an outlet's day. */
function salesOf(orders: readonly PastOrder[]): OutletSales {
  const [first] = orders;
  if (first === undefined) throw new Error('A day has an order.');
  const items = new Map<string, ItemSales>();
  for (const { lines } of orders) {
    const counted = new Set<string>();
    for (const { item, quantity, subtotal } of lines) {
      const known = items.get(item.id) ?? { menuItemId: item.id, orders: 0, units: 0, revenue: 0 };
      items.set(item.id, {
        ...known,
        orders: known.orders + (counted.has(item.id) ? 0 : 1),
        units: known.units + quantity,
        revenue: add(known.revenue, subtotal),
        gross: add(known.gross ?? 0, subtotal),
      });
      counted.add(item.id);
    }
  }
  const all = [...items.values()];
  return {
    ...{ outletId: first.outlet.id, franchiseId: first.outlet.franchiseId },
    sales: {
      ...{ day: first.day, orders: orders.length, items: all },
      units: add(...all.map(({ units }) => units)),
      revenue: add(...all.map(({ revenue }) => revenue)),
      gross: add(...all.map(({ revenue }) => revenue)),
      taxIncluded: add(...orders.map(({ charges }) => taxSum(charges.taxes, true))),
    },
  };
}
