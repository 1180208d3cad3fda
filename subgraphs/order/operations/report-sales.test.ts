import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventQueueName } from '../../../platform/events/relay.js';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { dayIn } from '../../../platform/kit/calendar.js';
import { codesOf, enveloped } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  BARISTA,
  DRINK,
  ELSEWHERE,
  GUEST,
  HQ,
  LIMITED,
  MANAGER,
  MANAGER_ELSEWHERE,
  type OrderHarness,
  OUTLET,
  OWNER,
  startHarness,
  UNKNOWN_ID,
} from '../testing/harness.js';

const reportSchema = z.object({
  revenue: z.object({ amount: z.number() }),
  rows: z.array(z.object({ revenue: z.object({ amount: z.number() }) })),
});

const REPORT = `query ($scope: SalesScopeInput, $from: Date!, $to: Date!, $by: SalesGrouping! = DAY) {
  salesReport(scope: $scope, from: $from, to: $to, by: $by) {
    orders units revenue { amount } rows { key orders units revenue { amount } outlet { id } menuItem { id } } } }`;

describe('a sales report', () => {
  let unit: OrderHarness;
  const today = dayIn(OUTLET.timeZone, new Date());
  const days = { from: today, to: dayIn(OUTLET.timeZone, new Date(Date.now() + 86_400_000)) };
  const report = (identity: Identity, variables: object = {}) =>
    unit.run(identity, REPORT, { ...days, ...variables });

  beforeAll(async () => {
    unit = await startHarness();
    const lines = [
      { menuItemId: DRINK.id, quantity: 2 },
      { menuItemId: LIMITED.id, quantity: 1 },
    ];
    await unit.paid(GUEST, { lines });
    await unit.paid(GUEST);
    await unit.paid(GUEST, { outletId: ELSEWHERE.id });
    await unit.place(GUEST);
  });
  afterAll(() => unit.stop());

  const here = { orders: 2, units: 4, revenue: { amount: DRINK.price * 3 + LIMITED.price } };

  it("covers the paid orders of the caller's own outlets, by the outlet's day", async () => {
    expect(await report(MANAGER)).toEqual({
      data: { salesReport: { ...here, rows: [{ key: today, ...here, outlet: null, menuItem: null }] } },
    });
    expect(await report(OWNER, { by: 'MONTH' })).toMatchObject({
      data: { salesReport: { ...here, rows: [{ key: today.slice(0, 7), ...here }] } },
    });
    expect(await report(HQ)).toMatchObject({ data: { salesReport: { orders: 3, units: 5 } } });
  });

  it('is made for a run of a schedule, by the roles of its owner alone', async () => {
    const answerTo = async (identity: Identity, place: object) => {
      const runId = newId();
      await unit.deliver('order.scheduled-reports', {
        ...{ type: 'schedule.due', aggregateId: runId, aggregateVersion: 1 },
        data: {
          ...{ scheduleId: newId(), runId, action: 'SALES_REPORT', ownerId: identity.customerId ?? '' },
          ...{ roles: [...identity.roles], franchiseId: null, outletId: null, ...days, ...place },
        },
      });
      return eventually(async () => {
        const { rows } = await unit.pool.query<{ type: string; data: object }>(
          `SELECT type, data FROM (SELECT * FROM outbox UNION ALL SELECT *, NULL FROM event_log) AS event WHERE aggregate_id = $1`,
          [runId],
        );
        const [answer] = rows;
        if (answer === undefined) throw new Error('No answer yet');
        return answer;
      });
    };
    const outlet = { outletId: OUTLET.id, franchiseId: OUTLET.franchiseId };
    const figures = { orders: 2, units: 4, revenue: DRINK.price * 3 + LIMITED.price };
    expect(await answerTo(MANAGER, outlet)).toMatchObject({
      type: 'sales-report.made',
      data: { ...{ place: OUTLET.name, by: 'DAY', total: figures }, rows: [{ key: today, ...figures }] },
    });
    expect(await answerTo(MANAGER, { ...outlet, to: today })).toMatchObject({ data: { by: 'HOUR' } });
    expect(await answerTo(HQ, {})).toMatchObject({
      data: {
        place: null,
        by: 'OUTLET',
        total: { orders: 3 },
        rows: [{ key: OUTLET.name }, { key: ELSEWHERE.name }],
      },
    });
    expect(await answerTo(MANAGER, {})).toMatchObject({ data: { total: figures } });
    const refused = (because: string) => ({ type: 'sales-report.refused', data: { because } });
    for (const identity of [GUEST, BARISTA])
      expect(await answerTo(identity, outlet)).toMatchObject(refused('FORBIDDEN'));
    for (const place of [
      { outletId: ELSEWHERE.id, franchiseId: null },
      { outletId: UNKNOWN_ID, franchiseId: null },
    ])
      expect(await answerTo(MANAGER, place)).toMatchObject(refused('NOT_FOUND'));
    expect(await answerTo(MANAGER, { from: 'yesterday' })).toMatchObject(refused('FAILED'));
  });

  it('groups by outlet and by menu item', async () => {
    expect(await report(HQ, { by: 'OUTLET' })).toMatchObject({
      data: {
        salesReport: {
          rows: [
            { key: OUTLET.id, outlet: { id: OUTLET.id }, ...here },
            { key: ELSEWHERE.id, outlet: { id: ELSEWHERE.id }, orders: 1, units: 1 },
          ],
        },
      },
    });
    expect(await report(MANAGER, { by: 'MENU_ITEM' })).toMatchObject({
      data: {
        salesReport: {
          rows: expect.arrayContaining([
            expect.objectContaining({ menuItem: { id: DRINK.id }, orders: 2, units: 3 }),
            expect.objectContaining({ menuItem: { id: LIMITED.id }, orders: 1, units: 1 }),
          ]),
        },
      },
    });
  });

  it('can be limited to one outlet or one franchise', async () => {
    expect(await report(HQ, { scope: { outletId: OUTLET.id } })).toMatchObject({
      data: { salesReport: here },
    });
    expect(await report(OWNER, { scope: { franchiseId: OUTLET.franchiseId } })).toMatchObject({
      data: { salesReport: here },
    });
    const both = { outletId: OUTLET.id, franchiseId: OUTLET.franchiseId };
    expect(await report(MANAGER, { scope: both })).toMatchObject({ data: { salesReport: here } });
  });

  it('is empty for a franchise that has no outlet yet, waiting for one that was just created', async () => {
    const franchiseId = newId();
    const empty = report(HQ, { scope: { franchiseId } });
    await unit.deliver('order.menu-copy', {
      ...{ type: 'franchise.changed', aggregateId: franchiseId, aggregateVersion: 1 },
      data: { franchiseId, name: 'Kedai Timur' },
    });
    expect(await empty).toMatchObject({ data: { salesReport: { orders: 0, rows: [] } } });
  });

  it('no longer counts an order that is cancelled or refunded', async () => {
    const { orderId } = await unit.paid(GUEST);
    const refund = await unit.paid(GUEST);
    expect(await report(MANAGER)).toMatchObject({ data: { salesReport: { orders: 4 } } });
    await unit.run(GUEST, 'mutation ($id: ID!) { cancelOrder(orderId: $id) { order { id } } }', {
      id: orderId,
    });
    await unit.refunded(refund.orderId, refund.paymentId);
    await unit.reaches(refund.orderId, 'REFUNDED');
    await eventually(async () =>
      expect(await report(MANAGER)).toMatchObject({ data: { salesReport: here } }),
    );
  });

  it('falls by exactly the amount of a partial refund, its rows adding up, and still counts the order', async () => {
    const lines = [
      { menuItemId: DRINK.id, quantity: 2 },
      { menuItemId: LIMITED.id, quantity: 1 },
    ];
    const total = DRINK.price * 2 + LIMITED.price;
    const { orderId, paymentId } = await unit.paid(GUEST, { lines });
    const refund = (refundedTotal: number, isFull = false) =>
      unit.refunded(orderId, paymentId, { refundedTotal, capturedTotal: total, isFull });
    const expected = (refunded: number) => ({
      ...{ orders: 3, units: 7, revenue: { amount: here.revenue.amount + total - refunded } },
    });
    await refund(7_001);
    await eventually(async () =>
      expect(await report(MANAGER)).toMatchObject({ data: { salesReport: expected(7_001) } }),
    );
    await refund(total - 1);
    await refund(7_001);
    await eventually(async () =>
      expect(await report(MANAGER)).toMatchObject({ data: { salesReport: expected(total - 1) } }),
    );
    for (const by of ['DAY', 'MONTH', 'OUTLET', 'MENU_ITEM']) {
      const { data } = await report(MANAGER, { by });
      const parsed = z.object({ salesReport: reportSchema }).parse(JSON.parse(JSON.stringify(data)));
      const { revenue, rows } = parsed.salesReport;
      expect(rows.reduce((sum, row) => sum + row.revenue.amount, 0)).toBe(revenue.amount);
    }
    await refund(total, true);
    await unit.reaches(orderId, 'REFUNDED');
    expect(await report(MANAGER)).toMatchObject({ data: { salesReport: here } });
  });

  it('falls on the day on which a refund is made, though nothing is sold on it', async () => {
    const { orderId, paymentId } = await unit.paid(GUEST, { outletId: ELSEWHERE.id });
    const refundedAt = new Date(Date.now() + 3 * 86_400_000).toISOString();
    const refund = { refundedTotal: 5_000, capturedTotal: DRINK.price, isFull: false, refundedAt };
    await unit.refunded(orderId, paymentId, refund);
    const day = dayIn(ELSEWHERE.timeZone, new Date(refundedAt));
    const revenue = { amount: -5_000 };
    await eventually(async () =>
      expect(await report(MANAGER_ELSEWHERE, { from: day, to: day })).toMatchObject({
        data: { salesReport: { orders: 0, revenue, rows: [{ key: day, orders: 0, units: 0, revenue }] } },
      }),
    );
  });

  it('falls by what a lost dispute takes, on the day on which it is decided, and still counts the order', async () => {
    const { orderId, paymentId } = await unit.paid(GUEST, { outletId: ELSEWHERE.id });
    const lostAt = new Date(Date.now() + 5 * 86_400_000).toISOString();
    const day = dayIn(ELSEWHERE.timeZone, new Date(lostAt));
    const revenueIs = (amount: number) =>
      eventually(async () =>
        expect(await report(MANAGER_ELSEWHERE, { from: day, to: day })).toMatchObject({
          data: { salesReport: { orders: 0, units: 0, revenue: { amount } } },
        }),
      );
    const capturedTotal = DRINK.price;
    await unit.disputeLost(orderId, paymentId, { lostTotal: 4_000, capturedTotal, lostAt });
    await revenueIs(-4_000);
    // Of the rest a part is refunded on the same day; the totals of both add up, in whatever order they arrive.
    const refund = {
      refundedTotal: 1_000,
      lostTotal: 4_000,
      capturedTotal,
      isFull: false,
      refundedAt: lostAt,
    };
    await unit.refunded(orderId, paymentId, refund);
    await revenueIs(-5_000);
    const rest = { refundedTotal: 1_000, lostTotal: capturedTotal - 1_000, capturedTotal, lostAt };
    await unit.disputeLost(orderId, paymentId, rest);
    await unit.disputeLost(orderId, paymentId, { lostTotal: 4_000, capturedTotal, lostAt });
    await revenueIs(-capturedTotal);
    expect(await unit.status(orderId)).toBe('PAID');
  });

  it('counts refunds that are consumed in one batch each on its own day', async () => {
    const { orderId, paymentId } = await unit.paid(GUEST, { outletId: ELSEWHERE.id });
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
    const customerId = GUEST.customerId;
    const ref = {
      orderId,
      paymentId,
      customerId,
      outletId: ELSEWHERE.id,
      franchiseId: ELSEWHERE.franchiseId,
    };
    const refundOf = (refundedTotal: number, version: number, refundedAt: Date) =>
      enveloped({
        type: 'payment.refunded',
        aggregateId: paymentId,
        aggregateVersion: version,
        data: {
          ...{ ...ref, refundId: newId(), amount: 1_000, refundedTotal, capturedTotal: DRINK.price },
          ...{ isFull: false, refundedAt: refundedAt.toISOString() },
        },
      });
    const events = [refundOf(1_000, 3, inDays(10)), refundOf(3_000, 4, inDays(12))];
    await unit.platform.queues.add(eventQueueName('order.saga'), { events }, { jobId: newId() });
    for (const [days, amount] of [
      [10, -1_000],
      [12, -2_000],
    ] as const) {
      const day = dayIn(ELSEWHERE.timeZone, inDays(days));
      await eventually(async () =>
        expect(await report(MANAGER_ELSEWHERE, { from: day, to: day })).toMatchObject({
          data: { salesReport: { revenue: { amount } } },
        }),
      );
    }
  });

  it('equals the sum of the orders', async () => {
    const { rows } = await unit.pool.query(`
      SELECT outlet_id, sum(orders)::int, sum(units)::int, sum(revenue)::bigint FROM sales_day GROUP BY 1
      EXCEPT
      SELECT outlet_id, count(*)::int, sum(units)::int, sum(total - refunded)::bigint FROM orders
      JOIN LATERAL (SELECT sum(quantity) AS units FROM order_line WHERE order_id = orders.id) AS lines ON true
      WHERE status IN ('PAID', 'PREPARING', 'READY', 'COMPLETED') GROUP BY outlet_id`);
    expect(rows).toEqual([]);
  });

  it.each<[string, Identity, object, string]>([
    ['a guest', GUEST, {}, 'FORBIDDEN'],
    ['a barista', BARISTA, {}, 'FORBIDDEN'],
    ["another outlet's manager", MANAGER_ELSEWHERE, { scope: { outletId: OUTLET.id } }, 'NOT_FOUND'],
    [
      'a manager, for the whole franchise',
      MANAGER,
      { scope: { franchiseId: OUTLET.franchiseId } },
      'NOT_FOUND',
    ],
    [
      'an owner, for another franchise',
      OWNER,
      { scope: { franchiseId: ELSEWHERE.franchiseId } },
      'NOT_FOUND',
    ],
    ['an unknown outlet', HQ, { scope: { outletId: UNKNOWN_ID } }, 'NOT_FOUND'],
    ['an unknown franchise', HQ, { scope: { franchiseId: UNKNOWN_ID } }, 'NOT_FOUND'],
    ['what is no id', HQ, { scope: { franchiseId: 'x' } }, 'NOT_FOUND'],
    ['days that go back', HQ, { from: '2026-11-20', to: '2026-11-19' }, 'BAD_USER_INPUT'],
    ['more than three years', HQ, { from: '2023-11-19', to: '2026-11-21' }, 'BAD_USER_INPUT'],
    ['before the calendar', HQ, { from: '0000-01-01', to: '0000-01-02' }, 'BAD_USER_INPUT'],
  ])('is refused to or for %s', async (_what, identity, variables, code) => {
    expect(codesOf(await report(identity, variables))).toEqual([code]);
  });
});
