/** Sales by every grouping, as of every moment, and beside other days, on orders that are sold, refunded, disputed and voided at random. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Random } from '../../../bench/simulate/random.js';
import { newId } from '../../../platform/ids.js';
import { addDays, dayIn, hourIn, momentAt } from '../../../platform/kit/calendar.js';
import { codesOf } from '../../../tests/support/subgraph.js';
import {
  BARISTA,
  DRINK,
  ELSEWHERE,
  GUEST,
  HQ,
  LIMITED,
  MANAGER,
  type OrderHarness,
  OUTLET,
  person,
  startHarness,
} from '../testing/harness.js';

const money = z.object({ amount: z.number() }).transform(({ amount }) => amount);
const figures = z.object({
  ...{
    orders: z.number(),
    units: z.number(),
    gross: money,
    discounts: money,
    refunds: money,
    revenue: money,
  },
});
const report = figures.extend({
  ...{ from: z.string(), to: z.string(), asOf: z.string(), tips: money },
  comparison: figures.extend({ from: z.string().nullable(), to: z.string().nullable() }).nullable(),
  rows: z.array(
    figures.extend({ key: z.string(), name: z.string().nullable(), comparison: figures.nullable() }),
  ),
});
type Report = z.output<typeof report>;

const FIGURES = 'orders units gross { amount } discounts { amount } refunds { amount } revenue { amount }';
const REPORT = `query ($scope: SalesScopeInput, $from: Date!, $to: Date!, $by: SalesGrouping! = DAY, $compareWith: SalesComparison,
    $likeForLike: Boolean! = false, $asOf: DateTime) {
  salesReport(scope: $scope, from: $from, to: $to, by: $by, compareWith: $compareWith, likeForLike: $likeForLike, asOf: $asOf) {
    from to asOf ${FIGURES} tips { amount } comparison { from to ${FIGURES} }
    rows { key name ${FIGURES} comparison { ${FIGURES} } } } }`;

const GROUPINGS = [
  ...['HOUR', 'DAY', 'WEEKDAY', 'MONTH', 'OUTLET', 'FRANCHISE', 'CITY', 'CATEGORY', 'MENU_ITEM', 'OPTION'],
  ...['STAFF', 'CHANNEL', 'METHOD', 'PROMOTION'],
];
const SUMS = ['units', 'gross', 'discounts', 'refunds', 'revenue'] as const;

let unit: OrderHarness;
const random = new Random('sales');
const today = dayIn(OUTLET.timeZone, new Date());
const days = { from: addDays(today, -3), to: addDays(today, 3) };

async function salesReport(variables: object = {}, identity = HQ): Promise<Report> {
  const answer = await unit.run(identity, REPORT, { ...days, ...variables });
  expect(answer.errors).toBeUndefined();
  return z.object({ salesReport: report }).parse(JSON.parse(JSON.stringify(answer.data))).salesReport;
}

const METHODS = ['QRIS', 'CASH', 'CARD'];
const barista = { ...BARISTA, roles: [...BARISTA.roles] };

/** Sold on one of the days, by guests and staff, and then perhaps refunded in part, in whole, lost to a dispute or cancelled. */
async function aSale(): Promise<void> {
  const lines = Array.from({ length: random.integer(1, 3) }, () => ({
    menuItemId: random.pick([DRINK.id, LIMITED.id]),
    quantity: random.integer(1, 3),
  }));
  const isCounter = random.isTrueFor(0.5);
  const input = isCounter
    ? { lines, guest: { name: 'Ayu' } }
    : { lines, outletId: random.pick([OUTLET.id, ELSEWHERE.id]) };
  const orderId = await unit.place(isCounter ? barista : GUEST, input);
  await unit.stockReserved(orderId);
  await unit.reaches(orderId, 'AWAITING_PAYMENT');
  const at = (from: number) => new Date(Date.now() + random.integer(from, 2) * 86_400_000).toISOString();
  const tip = random.isTrueFor(0.3) ? { tip: 1_000 * random.integer(1, 9) } : {};
  const capture = { method: random.pick(METHODS), paidAt: at(-2), ...tip };
  const paymentId = await unit.captured(orderId, newId(), capture);
  await unit.reaches(orderId, 'PAID');
  const { rows } = await unit.pool.query<{ total: number }>('SELECT total::int FROM orders WHERE id = $1', [
    orderId,
  ]);
  const total = rows[0]?.total ?? 0;
  const refundedTotal = random.integer(1, total - 1);
  const totals = { amount: refundedTotal, refundedTotal, capturedTotal: total, isFull: false };
  switch (random.integer(0, 4)) {
    case 0:
      return unit.refunded(orderId, paymentId, { ...totals, refundedAt: at(0) });
    case 1:
      return unit.disputeLost(orderId, paymentId, {
        lostTotal: refundedTotal,
        capturedTotal: total,
        lostAt: at(0),
      });
    case 2:
      await unit.refunded(orderId, paymentId, {
        ...totals,
        refundedTotal: total,
        isFull: true,
        refundedAt: at(0),
      });
      return unit.reaches(orderId, 'REFUNDED');
    default:
  }
}

beforeAll(async () => {
  unit = await startHarness();
});
afterAll(() => unit.stop());

describe('while orders are sold and taken back', () => {
  const taken: { readonly by: string; readonly report: Report }[] = [];

  it('figures taken at random moments are answered again as of then, to the rupiah', {
    timeout: 240_000,
  }, async () => {
    let isOver = false;
    const selling = Promise.all(
      Array.from({ length: 3 }, async () => {
        for (let count = 0; count < 12; count += 1) await aSale();
      }),
    ).finally(() => {
      isOver = true;
    });
    const observing = (async () => {
      while (!isOver) {
        const by = random.pick(GROUPINGS);
        taken.push({ by, report: await salesReport({ by }) });
        await new Promise((resolve) => setTimeout(resolve, random.integer(5, 60)));
      }
    })();
    await Promise.all([selling, observing]);
    expect(new Set(taken.map((one) => one.report.revenue)).size).toBeGreaterThan(10);
    for (const one of taken) {
      expect(await salesReport({ by: one.by, asOf: one.report.asOf })).toEqual(one.report);
    }
  });

  it('so they are once an hour has passed, when changes are found by their days', async () => {
    await unit.pool.query(`
      UPDATE sales_change SET id = sales_change_id(recorded_at - interval '5 hours'), recorded_at = recorded_at - interval '5 hours'`);
    for (const { by, report: before } of taken.filter((_, index) => index % 5 === 0)) {
      const asOf = new Date(Date.parse(before.asOf) - 5 * 3_600_000).toISOString();
      expect(await salesReport({ by, asOf })).toEqual({ ...before, asOf });
    }
  });

  it('rows of every grouping add up, and revenue is gross less discounts less refunds', async () => {
    const total = await salesReport();
    expect(total.revenue).toBe(total.gross - total.discounts - total.refunds);
    expect(total.refunds).toBeGreaterThan(0);
    expect(total.tips).toBeGreaterThan(0);
    for (const by of GROUPINGS) {
      const { rows, ...whole } = await salesReport({ by });
      expect({ by, ...whole, asOf: '' }).toEqual({ by, ...total, asOf: '', rows: undefined });
      if (by === 'OPTION') continue;
      for (const sum of SUMS)
        expect([by, sum, rows.reduce((all, row) => all + row[sum], 0)]).toEqual([by, sum, total[sum]]);
      if (['MENU_ITEM', 'CATEGORY', 'PROMOTION'].includes(by)) continue;
      expect([by, rows.reduce((all, row) => all + row.orders, 0)]).toEqual([by, total.orders]);
    }
  });

  it('the roll-ups are what the orders and lines come to', async () => {
    const { rows } = await unit.pool.query<Record<string, number>>(`
      SELECT count(*) FILTER (WHERE is_sale)::int AS orders, sum(units) FILTER (WHERE is_sale)::int AS units, sum(gross)::int AS gross,
        sum(total - CASE WHEN is_sale THEN refunded ELSE total END)::int AS revenue
      FROM (SELECT *, status IN ('PAID', 'PREPARING', 'READY', 'COMPLETED') AS is_sale FROM orders WHERE sales_day IS NOT NULL) AS sold,
        LATERAL (SELECT sum(quantity) AS units, sum(subtotal + discount) AS gross FROM order_line WHERE order_id = sold.id) AS lines`);
    const { orders, units, gross, revenue } = await salesReport();
    expect({ orders, units, gross, revenue }).toEqual(rows[0]);
  });
});

describe('a sale counts', () => {
  it('by the hour of its payment, who took it, how it was paid and where', async () => {
    const paidAt = momentAt(addDays(today, -20), 13 * 60 + 5, OUTLET.timeZone);
    const staff = person({ role: 'BARISTA', outletId: OUTLET.id, franchiseId: null });
    const orderId = await unit.place(staff, { guest: { name: 'Ayu' } });
    await unit.stockReserved(orderId);
    await unit.reaches(orderId, 'AWAITING_PAYMENT');
    await unit.captured(orderId, newId(), { method: 'CASH', paidAt: paidAt.toISOString(), tip: 2_000 });
    await unit.reaches(orderId, 'PAID');
    const day = { from: addDays(today, -20), to: addDays(today, -20) };
    const keyBy = async (by: string) =>
      (await salesReport({ ...day, by }, MANAGER)).rows.map(({ key }) => key);
    expect(hourIn(OUTLET.timeZone, paidAt)).toBe(13);
    expect(await keyBy('HOUR')).toEqual(['13']);
    expect(await keyBy('STAFF')).toEqual([staff.customerId]);
    expect(await keyBy('CHANNEL')).toEqual(['COUNTER']);
    expect(await keyBy('METHOD')).toEqual(['CASH']);
    expect(await keyBy('PROMOTION')).toEqual(['NONE']);
    expect(await keyBy('CITY')).toEqual([OUTLET.city]);
    expect(await keyBy('CATEGORY')).toEqual([DRINK.category]);
    expect(await keyBy('FRANCHISE')).toEqual([OUTLET.franchiseId]);
    expect(await salesReport(day, MANAGER)).toMatchObject({ revenue: DRINK.price, tips: 2_000 });
  });
});

describe('beside other days', () => {
  it('each row has what stood there then, and outlets that were not open then are left out on demand', async () => {
    const week = { from: addDays(today, -20), to: addDays(today, -20) };
    const sell = async (outletId: string, days: number) => {
      const orderId = await unit.place(GUEST, { outletId });
      await unit.stockReserved(orderId);
      await unit.reaches(orderId, 'AWAITING_PAYMENT');
      const paidAt = new Date(Date.now() + days * 86_400_000).toISOString();
      await unit.captured(orderId, newId(), { paidAt });
      await unit.reaches(orderId, 'PAID');
    };
    await sell(OUTLET.id, -27);
    await sell(OUTLET.id, -27);
    await sell(ELSEWHERE.id, -20);
    const compared = { ...week, by: 'OUTLET', compareWith: 'SAME_WEEKDAY' };
    const both = await salesReport(compared);
    expect(both).toMatchObject({ orders: 2, comparison: { from: addDays(today, -27), orders: 2 } });
    const byKey = new Map(both.rows.map((row) => [row.key, row]));
    expect(byKey.get(OUTLET.id)).toMatchObject({ orders: 1, name: OUTLET.name, comparison: { orders: 2 } });
    expect(byKey.get(ELSEWHERE.id)).toMatchObject({ orders: 1, comparison: { orders: 0 } });
    const alike = await salesReport({ ...compared, likeForLike: true });
    expect(alike).toMatchObject({ orders: 1, comparison: { orders: 2 }, rows: [{ key: OUTLET.id }] });
    const refused = await unit.run(HQ, REPORT, { ...week, likeForLike: true });
    expect(codesOf(refused)).toEqual(['BAD_USER_INPUT']);
  });
});
