import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { codesOf } from '../../../tests/support/subgraph.js';
import { noteBegunDays } from '../store/live-sales.js';
import {
  BARISTA,
  ELSEWHERE,
  GUEST,
  HQ,
  MANAGER,
  MANAGER_ELSEWHERE,
  type OrderHarness,
  OUTLET,
  OWNER,
  startHarness,
} from '../testing/harness.js';

const ORDERS = `subscription ($scope: SalesScopeInput, $after: String) {
  ordersChanged(scope: $scope, after: $after) { order { id status priority lines { isReady } } version at cursor } }`;
const SALES = `subscription ($scope: SalesScopeInput, $after: String) {
  salesChanged(scope: $scope, after: $after) {
    outlet { id } day orders revenue { amount } total { outlets orders revenue { amount } } version at cursor } }`;
const AT_OUTLET = { scope: { outletId: OUTLET.id } };

interface OrderEvent {
  readonly order: { readonly id: string; readonly status: string; readonly priority: string };
  readonly version: number;
  readonly cursor: string | null;
}

interface SalesEvent {
  readonly outlet: { readonly id: string };
  readonly day: string;
  readonly orders: number;
  readonly revenue: { readonly amount: number };
  readonly total: {
    readonly outlets: number;
    readonly orders: number;
    readonly revenue: { readonly amount: number };
  };
  readonly version: number;
  readonly cursor: string | null;
}

let unit: OrderHarness;
beforeAll(async () => {
  unit = await startHarness();
});
afterAll(() => unit.stop());

async function nextOf<Event>(stream: AsyncGenerator<ExecutionResult>, field: string): Promise<Event> {
  const { value } = await stream.next();
  const event = value?.data?.[field];
  if (event === undefined || value?.errors) throw new Error(JSON.stringify(value));
  return event;
}

const watchOrders = async (identity: Identity, variables: object = AT_OUTLET) => {
  const stream = await unit.subscribe(identity, ORDERS, { ...variables });
  return { stream, next: () => nextOf<OrderEvent>(stream, 'ordersChanged') };
};

const watchSales = async (identity: Identity, variables: object = AT_OUTLET) => {
  const stream = await unit.subscribe(identity, SALES, { ...variables });
  return { stream, next: () => nextOf<SalesEvent>(stream, 'salesChanged') };
};

const run = (identity: Identity, field: string) =>
  unit.run(identity, `mutation { ${field} { userErrors { code } } }`);

/** Reads until an event of the order has the status. */
async function reads(next: () => Promise<OrderEvent>, orderId: string, status: string): Promise<OrderEvent> {
  for (;;) {
    const event = await next();
    if (event.order.id === orderId && event.order.status === status) return event;
  }
}

describe('the orders of a place, live', () => {
  it('are those that have not ended first, then each that changes, by rising versions', async () => {
    const { orderId: ended } = await unit.paid(GUEST);
    await run(BARISTA, `cancelOrder(orderId: "${ended}")`);
    const open = await unit.place(GUEST);
    const { stream, next } = await watchOrders(BARISTA);
    const first = await reads(next, open, 'PLACED');
    const placed = await unit.place(GUEST);
    const later = await reads(next, placed, 'PLACED');
    await unit.stockReserved(open);
    const reserved = await reads(next, open, 'AWAITING_PAYMENT');
    expect(reserved.version).toBeGreaterThan(first.version);
    await run(GUEST, `cancelOrder(orderId: "${open}")`);
    const cancelled = await reads(next, open, 'CANCELLED');
    expect(cancelled.version).toBeGreaterThan(reserved.version);
    expect([later.cursor, cancelled.cursor]).not.toContain(null);
    await stream.return(undefined);
  });

  it('report what changes no status: a priority, and a line that is ready', async () => {
    const { orderId } = await unit.paid(GUEST);
    const { stream, next } = await watchOrders(BARISTA);
    const paid = await reads(next, orderId, 'PAID');
    await run(BARISTA, `setPriority(orderId: "${orderId}", priority: RUSH)`);
    const rush = await reads(next, orderId, 'PAID');
    expect(rush).toMatchObject({ order: { priority: 'RUSH' } });
    await run(BARISTA, `startPreparing(orderId: "${orderId}")`);
    const begun = await reads(next, orderId, 'PREPARING');
    await run(BARISTA, `setLineReady(orderId: "${orderId}", lineId: "${orderId}.0", isReady: true)`);
    const ready = await reads(next, orderId, 'PREPARING');
    expect(ready).toMatchObject({ order: { lines: [{ isReady: true }] } });
    const versions = [paid, rush, begun, ready].map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other));
    await stream.return(undefined);
  });

  it('resume after a cursor with what changed since, ended or not, and nothing else', async () => {
    const [untouched, changed] = [await unit.place(GUEST), await unit.place(GUEST)];
    const { stream, next } = await watchOrders(BARISTA);
    await reads(next, changed, 'PLACED');
    const last = await unit.place(GUEST);
    const { cursor: after } = await reads(next, last, 'PLACED');
    await stream.return(undefined);
    await run(GUEST, `cancelOrder(orderId: "${changed}")`);
    const added = await unit.place(GUEST);
    const resumed = await watchOrders(BARISTA, { ...AT_OUTLET, after });
    const seen = [await resumed.next(), await resumed.next()];
    expect(seen).toMatchObject([
      { order: { id: changed, status: 'CANCELLED' }, cursor: after },
      { order: { id: added, status: 'PLACED' }, cursor: expect.not.stringMatching(`^${after}$`) },
    ]);
    await run(GUEST, `cancelOrder(orderId: "${untouched}")`);
    expect(await resumed.next()).toMatchObject({ order: { id: untouched, status: 'CANCELLED' } });
    await resumed.stream.return(undefined);
  });

  it('have at first what ended a moment ago, for a gateway that opens an interrupted stream again', async () => {
    const ended = await unit.place(GUEST);
    await run(GUEST, `cancelOrder(orderId: "${ended}")`);
    const { stream, next } = await watchOrders(BARISTA);
    await reads(next, ended, 'CANCELLED');
    await stream.return(undefined);
  });

  it('refuse a cursor that is none, and one from too long ago', async () => {
    const old = Buffer.from(`${Date.now() - 24 * 3_600_000}/10:10:`).toString('base64url');
    const ahead = Buffer.from(`${Date.now()}/10:900000000000:`).toString('base64url');
    const torn = Buffer.from(`${Date.now()}/10:5:`).toString('base64url');
    for (const after of ['x', old, ahead, torn])
      await expect(unit.subscribe(BARISTA, ORDERS, { ...AT_OUTLET, after })).rejects.toThrow(
        'BAD_USER_INPUT',
      );
  });

  it('are found by outlet, franchise and chain, for staff of the place alone', async () => {
    const { orderId } = await unit.paid(GUEST);
    for (const [identity, variables] of [
      [BARISTA, {}],
      [OWNER, { scope: { franchiseId: OUTLET.franchiseId } }],
      [HQ, {}],
    ] as const) {
      const { stream, next } = await watchOrders(identity, variables);
      await reads(next, orderId, 'PAID');
      await stream.return(undefined);
    }
    for (const [identity, scope] of [
      [BARISTA, { outletId: ELSEWHERE.id }],
      [BARISTA, { franchiseId: OUTLET.franchiseId }],
      [OWNER, { franchiseId: ELSEWHERE.franchiseId }],
      [HQ, { outletId: newId() }],
    ] as const)
      await expect(unit.subscribe(identity, ORDERS, { scope })).rejects.toThrow('NOT_FOUND');
    await expect(unit.subscribe(GUEST, ORDERS, {})).rejects.toThrow('FORBIDDEN');
    const elsewhere = await watchOrders(MANAGER_ELSEWHERE, {});
    const theirs = await unit.place(GUEST, { outletId: ELSEWHERE.id });
    await unit.place(GUEST);
    expect((await elsewhere.next()).order.id).toBe(theirs);
    const waiting = elsewhere.next();
    await elsewhere.stream.return(undefined);
    await expect(waiting).rejects.toThrow();
  });
});

describe('the sales of a place, live', () => {
  it('are the figures of today of each outlet first, then each outlet whose figures change', async () => {
    const { stream, next } = await watchSales(MANAGER);
    const before = await next();
    expect(before).toMatchObject({ outlet: { id: OUTLET.id }, cursor: expect.any(String) });
    await unit.paid(GUEST);
    const after = await next();
    expect(after).toMatchObject({ outlet: { id: OUTLET.id }, day: before.day, orders: before.orders + 1 });
    expect(after.revenue.amount).toBeGreaterThan(before.revenue.amount);
    expect(after.version).toBeGreaterThan(before.version);
    await stream.return(undefined);
  });

  it('say what all outlets of the scope have sold together, at every level', async () => {
    const totalOf = async (identity: Identity, scope: object) => {
      const { stream, next } = await watchSales(identity, { scope });
      const { total } = await next();
      await stream.return(undefined);
      return total;
    };
    await unit.paid(GUEST);
    const { orderId } = await unit.paid(GUEST, { outletId: ELSEWHERE.id });
    const [outlet, elsewhere, franchise, chain] = await Promise.all([
      totalOf(MANAGER, { outletId: OUTLET.id }),
      totalOf(HQ, { outletId: ELSEWHERE.id }),
      totalOf(OWNER, { franchiseId: OUTLET.franchiseId }),
      totalOf(HQ, {}),
    ]);
    expect(orderId).toBeDefined();
    expect(outlet).toMatchObject({ outlets: 1 });
    expect(franchise).toMatchObject({ orders: outlet.orders, revenue: outlet.revenue });
    expect(chain.orders).toBe(outlet.orders + elsewhere.orders);
    expect(chain.revenue.amount).toBe(outlet.revenue.amount + elsewhere.revenue.amount);
  });

  it('begin an outlet’s day with an event, once', async () => {
    const { stream, next } = await watchSales(MANAGER);
    const before = await next();
    await unit.pool.query(
      `UPDATE live_change SET at = now() - interval '1 day' WHERE kind = 'sales' AND id = $1`,
      [OUTLET.id],
    );
    const begun = await next();
    expect(begun).toMatchObject({ outlet: { id: OUTLET.id }, day: before.day, orders: before.orders });
    expect(begun.version).toBeGreaterThan(before.version);
    await Promise.all([noteBegunDays(unit), noteBegunDays(unit)]);
    const { rows } = await unit.pool.query(
      `SELECT version::float8 AS version FROM live_change WHERE kind = 'sales' AND id = $1`,
      [OUTLET.id],
    );
    expect(rows).toEqual([{ version: begun.version }]);
    await stream.return(undefined);
  });

  it('have every outlet of a chain once, and none of another franchise', async () => {
    const stream = await unit.subscribe(OWNER, SALES, {});
    const report = await unit.run(OWNER, `{ salesReport(from: "2026-01-01", to: "2026-01-02") { orders } }`);
    expect(codesOf(report)).toEqual([]);
    const seen: string[] = [];
    for (;;) {
      const { outlet, cursor } = await nextOf<SalesEvent>(stream, 'salesChanged');
      seen.push(outlet.id);
      if (cursor !== null) break;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toContain(OUTLET.id);
    expect(seen).not.toContain(ELSEWHERE.id);
    await stream.return(undefined);
  });
});
