/** Segments, cohorts and baskets beside the same reckoned by hand, on members who come, agree, withdraw and are erased. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Random } from '../../../bench/simulate/random.js';
import { firstIdAt, newId } from '../../../platform/ids.js';
import { addDays, type CalendarDay, daysBetween, momentAt, todayIn } from '../../../platform/kit/calendar.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { codesOf } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { scoresOf, segmentOf } from '../domain/customers/rfm.js';
import { countCustomers } from '../store/count-customers.js';
import { type OwnOrderDatabase, openOrderDatabase } from '../store/database.js';
import {
  BARISTA,
  ELSEWHERE,
  HQ,
  MANAGER,
  MANAGER_ELSEWHERE,
  type OrderHarness,
  OUTLET,
  OWNER,
  person,
  startHarness,
} from '../testing/harness.js';
import { fitCustomers } from './fit-customers.js';

const TODAY = todayIn(OUTLET.timeZone);
const PERIOD = { from: addDays(TODAY, -150), to: TODAY };
const LEAST = 10;
const random = new Random('customers of a report');
const ITEMS = CATALOGUE.menuItems.slice(0, 5).map(({ id }) => id);

interface Sale {
  readonly customerId: string | null;
  readonly outlet: typeof OUTLET;
  readonly day: CalendarDay;
  readonly items: readonly string[];
  readonly revenue: number;
}

const money = z.object({ amount: z.number() }).transform(({ amount }) => amount);
const report = z.object({
  asOf: z.string(),
  ageSeconds: z.number(),
  segments: z.array(
    z.object({
      ...{ segment: z.string(), customers: z.number(), orders: z.number(), revenue: money },
      medianDaysSince: z.number(),
    }),
  ),
  cohorts: z.array(
    z.object({
      ...{ month: z.string(), customers: z.number() },
      months: z.array(
        z.object({
          ...{ month: z.string(), monthsSince: z.number(), customers: z.number().nullable() },
          ...{ retention: z.number().nullable(), revenue: money.nullable() },
        }),
      ),
    }),
  ),
  baskets: z.array(
    z.object({
      ...{
        menuItem: z.object({ id: z.string() }),
        goesWith: z.object({ id: z.string() }),
        orders: z.number(),
      },
      ...{ support: z.number(), confidence: z.number(), lift: z.number() },
    }),
  ),
});
type Report = z.output<typeof report>;
const value = z
  .object({
    ...{ days: z.number(), customers: z.number(), active: z.number(), visits: z.number(), revenue: money },
    visitModel: z.object({ r: z.number(), alpha: z.number(), a: z.number(), b: z.number() }),
    spendingModel: z.object({ p: z.number(), q: z.number(), v: z.number() }),
    ...{ fittedTo: z.number(), ageSeconds: z.number() },
  })
  .nullable();

const REPORT = `query ($scope: SalesScopeInput, $from: Date!, $to: Date!) {
  customerReport(scope: $scope, from: $from, to: $to) {
    asOf ageSeconds segments { segment customers orders revenue { amount } medianDaysSince }
    cohorts { month customers months { month monthsSince customers retention revenue { amount } } }
    baskets(first: 100) { menuItem { id } goesWith { id } orders support confidence lift } } }`;

const members = Array.from({ length: 160 }, (_, place) => ({
  ...{ id: newId(), begins: random.integer(0, 149), every: random.pick([3, 9, 30, 200]) },
  agrees: place % 4 !== 0,
}));
const sales: Sale[] = [
  ...members.flatMap(({ id, begins, every }) => {
    const days: Sale[] = [];
    for (let day = begins; day < 150; day += random.integer(1, 2 * every)) {
      days.push(sale(id, addDays(PERIOD.from, day)));
      if (random.isTrueFor(0.1)) days.push(sale(id, addDays(PERIOD.from, day)));
    }
    return days;
  }),
  ...Array.from({ length: 60 }, () => sale(null, addDays(PERIOD.from, random.integer(0, 149)))),
];
const agreeing = new Set(members.filter(({ agrees }) => agrees).map(({ id }) => id));

function sale(customerId: string | null, day: CalendarDay): Sale {
  const items = ITEMS.filter(() => random.isTrueFor(0.4));
  return {
    ...{ customerId, day, outlet: random.isTrueFor(0.25) ? ELSEWHERE : OUTLET },
    items: items.length === 0 ? ITEMS.slice(0, 1) : items,
    revenue: random.integer(15, 90) * 1_000,
  };
}

let unit: OrderHarness;
let database: OwnOrderDatabase;
let version = 0;

beforeAll(async () => {
  unit = await startHarness();
  database = openOrderDatabase(unit.platform.config.databaseUrl('order'), unit.platform.bus);
  for (const id of agreeing) await say(id, true);
  await eventually(async () => {
    const { rowCount } = await unit.pool.query('SELECT FROM analytics_consent_copy WHERE is_granted');
    expect(rowCount).toBe(agreeing.size);
  });
  await sell();
  await count();
});
afterAll(async () => {
  await database?.close();
  await unit?.stop();
});

async function say(customerId: string, isGranted: boolean): Promise<void> {
  version += 1;
  await unit.deliver('order.analytics-consents', {
    ...{ type: 'customer.analytics-consent-changed', aggregateId: customerId, aggregateVersion: version },
    data: { customerId, isGranted, at: new Date().toISOString() },
  });
}

/** As if they had been sold before anything was counted. */
async function sell(): Promise<void> {
  const orders = sales.map(({ outlet, day, items, ...rest }, place) => {
    const at = momentAt(day, 600 + (place % 600), outlet.timeZone);
    return {
      ...{
        id: `${firstIdAt(at.getTime()).slice(0, 14)}7${newId().slice(15)}`,
        number: `T-${place}`,
        at,
        day,
        items,
      },
      ...{ outletId: outlet.id, franchiseId: outlet.franchiseId, ...rest },
    };
  });
  await unit.pool.query(
    `WITH sold AS MATERIALIZED (
       SELECT * FROM jsonb_to_recordset($1) AS row (id uuid, number text, at timestamptz, day date, items uuid[], "outletId" uuid, "franchiseId" uuid,
         "customerId" uuid, revenue bigint)
     ), placed AS (
       INSERT INTO orders (id, number, customer_id, outlet_id, franchise_id, status, status_at, version, total, preparation_seconds, placed_at, paid_at, payment_id, sales_day, placed_by)
       SELECT id, number, "customerId", "outletId", "franchiseId", 'COMPLETED', at, 6, revenue, 60, at, at, uuidv7(), day,
         CASE WHEN "customerId" IS NULL THEN uuidv7() END FROM sold
     ), known AS (
       UPDATE customer_count SET counted_until = NULL
     )
     INSERT INTO sales_change (id, recorded_at, order_id, position, outlet_id, franchise_id, day, menu_item_id, sold, units, gross)
     SELECT sales_change_id(at), at, sold.id, item.place - 1, "outletId", "franchiseId", day, item.id, 1, 1,
       CASE item.place WHEN 1 THEN revenue ELSE 0 END
     FROM sold, unnest(items) WITH ORDINALITY AS item (id, place)`,
    [JSON.stringify(orders)],
  );
}

async function count(): Promise<void> {
  while (await countCustomers(database));
}

async function customerReport(identity = HQ, scope?: object): Promise<Report> {
  const answer = await unit.run(identity, REPORT, { ...PERIOD, ...(scope && { scope }) });
  expect(answer.errors).toBeUndefined();
  return z.object({ customerReport: report }).parse(JSON.parse(JSON.stringify(answer.data))).customerReport;
}

/** Reckoned one by one. */
function expected(sold: readonly Sale[]): Omit<Report, 'asOf' | 'ageSeconds'> {
  const own = sold.filter(({ customerId }) => customerId !== null && agreeing.has(customerId));
  const customers = [...groupedBy(own, ({ customerId }) => customerId ?? '').values()];
  const figures = customers.map((orders) => ({
    daysSince: Math.min(...orders.map(({ day }) => daysBetween(day, TODAY))),
    ...{ orders: orders.length, revenue: sumOf(orders) },
  }));
  const scores = scoresOf(figures);
  const segments = groupedBy(
    figures.map((one, place) => ({ ...one, segment: segmentOf(scores[place] ?? NO_SCORES, one) })),
    ({ segment }) => segment,
  );
  const cohorts = groupedBy(
    customers,
    (orders) => orders.map(({ day }) => day.slice(0, 7)).toSorted()[0] ?? '',
  );
  const baskets = sold.filter(({ customerId }) => customerId === null || agreeing.has(customerId));
  const withAll = (...items: string[]) =>
    baskets.filter((one) => items.every((item) => one.items.includes(item))).length;
  return {
    segments: [...segments]
      .filter(([, alike]) => alike.length >= LEAST)
      .map(([segment, alike]) => ({
        ...{ segment, customers: alike.length, revenue: sumOf(alike) },
        orders: alike.reduce((sum, { orders }) => sum + orders, 0),
        medianDaysSince: medianOf(alike.map(({ daysSince }) => daysSince)),
      }))
      .toSorted((one, other) => other.revenue - one.revenue),
    cohorts: [...cohorts]
      .filter(([, alike]) => alike.length >= LEAST)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([month, alike]) => ({
        ...{ month, customers: alike.length },
        months: monthsFrom(month).map((each, monthsSince) => {
          const back = alike
            .map((orders) => orders.filter(({ day }) => day.startsWith(each)))
            .filter((one) => one.length > 0);
          const isGroup = back.length === 0 || back.length >= LEAST;
          return {
            ...{ month: each, monthsSince, customers: isGroup ? back.length : null },
            retention: isGroup ? back.length / alike.length : null,
            revenue: isGroup ? sumOf(back.flat()) : null,
          };
        }),
      })),
    baskets: ITEMS.flatMap((one) =>
      ITEMS.filter((other) => other !== one && withAll(one, other) >= LEAST).map((other) => ({
        ...{ menuItem: { id: one }, goesWith: { id: other }, orders: withAll(one, other) },
        support: withAll(one, other) / baskets.length,
        confidence: withAll(one, other) / withAll(one),
        lift: withAll(one, other) / withAll(one) / (withAll(other) / baskets.length),
      })),
    ),
  };
}

const NO_SCORES = { recency: 1, frequency: 1, monetary: 1 };
const sumOf = (rows: readonly { readonly revenue: number }[]) =>
  rows.reduce((sum, { revenue }) => sum + revenue, 0);

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const [low = 0, high = 0] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.floor(sorted.length / 2)],
  ];
  return (low + high) / 2;
}

function monthsFrom(first: string): string[] {
  const days = Array.from({ length: 151 }, (_, place) => addDays(PERIOD.from, place).slice(0, 7));
  return [...new Set(days)].filter((month) => month >= first);
}

function groupedBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

async function expectReport(identity: typeof HQ, sold: readonly Sale[], scope?: object): Promise<void> {
  const found = await customerReport(identity, scope);
  const due = expected(sold);
  const byPair = (one: Report['baskets'][number]) => `${one.menuItem.id} ${one.goesWith.id}`;
  expect(found.segments).toEqual(due.segments);
  expect(found.cohorts).toEqual(due.cohorts);
  expect(Object.fromEntries(found.baskets.map((one) => [byPair(one), one.orders]))).toEqual(
    Object.fromEntries(due.baskets.map((one) => [byPair(one), one.orders])),
  );
  const [strongest] = found.baskets;
  const same = due.baskets.find((one) => strongest !== undefined && byPair(one) === byPair(strongest));
  for (const share of ['support', 'confidence', 'lift'] as const) {
    expect(strongest?.[share]).toBeCloseTo(same?.[share] ?? Number.NaN, 12);
  }
}

const here = () => sales.filter(({ outlet }) => outlet === OUTLET);

describe('the report about customers', () => {
  it('is what its orders come to, of those who agree to it', async () => {
    await expectReport(HQ, sales);
    const { segments, cohorts, ageSeconds } = await customerReport();
    expect(segments.length).toBeGreaterThan(2);
    expect(cohorts.length).toBeGreaterThan(3);
    expect(ageSeconds).toBeGreaterThanOrEqual(0);
  });

  it('counts at a place what was bought there, for those who work there', async () => {
    await expectReport(OWNER, here());
    await expectReport(MANAGER, here(), { outletId: OUTLET.id });
    await expectReport(
      MANAGER_ELSEWHERE,
      sales.filter(({ outlet }) => outlet === ELSEWHERE),
    );
    await expectReport(HQ, here(), { franchiseId: OUTLET.franchiseId });
    const ask = (identity: typeof HQ, scope?: object) => unit.run(identity, REPORT, { ...PERIOD, scope });
    expect(codesOf(await ask(MANAGER, { outletId: ELSEWHERE.id }))).toEqual(['NOT_FOUND']);
    expect(codesOf(await ask(OWNER, { franchiseId: ELSEWHERE.franchiseId }))).toEqual(['NOT_FOUND']);
    expect(codesOf(await ask(BARISTA))).toEqual(['FORBIDDEN']);
  });

  it('leaves out from then on who withdraws or deletes the account, and counts all of who agrees', async () => {
    const [first, second, third] = [...agreeing];
    const newcomer = members.find(({ agrees }) => !agrees)?.id;
    if (first === undefined || second === undefined || third === undefined || newcomer === undefined) {
      throw new Error('There are members.');
    }
    const before = await customerReport();
    agreeing.delete(first);
    agreeing.delete(second);
    agreeing.add(newcomer);
    await say(newcomer, true);
    await eventually(async () => {
      const { rowCount } = await unit.pool.query('SELECT FROM customer_day WHERE customer_id = $1', [
        newcomer,
      ]);
      expect(rowCount).toBeGreaterThan(0);
    });
    await say(first, false);
    await unit.deliver('order.erasure', {
      ...{ type: 'customer.erased', aggregateId: second, aggregateVersion: 2, data: { customerId: second } },
    });
    await eventually(() => expectReport(HQ, sales));
    expect(await customerReport()).not.toMatchObject({ segments: before.segments });
    // Nor by events that come late, or again.
    await say(second, true);
    await say(third, true);
    await say(first, false);
    await eventually(async () => {
      const { rows } = await unit.pool.query(
        'SELECT version FROM analytics_consent_copy WHERE customer_id = $1',
        [first],
      );
      expect(rows).toEqual([{ version }]);
    });
    await expectReport(HQ, sales);
    await expectReport(OWNER, here());
  });

  it('expects what customers will do by models of the night, which end with any withdrawal of who is in them', async () => {
    const VALUE = `query ($scope: SalesScopeInput, $from: Date!, $to: Date!, $days: Int!) { customerReport(scope: $scope, from: $from, to: $to) {
      value(days: $days) { days customers active visits revenue { amount } visitModel { r alpha a b } spendingModel { p q v } fittedTo ageSeconds } } }`;
    const valueIn = async (days: number, identity = HQ, scope?: object) => {
      const { data, errors } = await unit.run(identity, VALUE, { ...PERIOD, days, scope });
      expect(errors).toBeUndefined();
      return z.object({ customerReport: z.object({ value }) }).parse(JSON.parse(JSON.stringify(data)))
        .customerReport.value;
    };
    const chain = { outletId: null, franchiseId: null };
    const own = { outletId: OUTLET.id, franchiseId: null };
    await unit.pool.query('DELETE FROM customer_model');
    expect(await valueIn(90)).toBeNull();
    for (const place of [chain, own]) expect(await fitCustomers(database, place, new Date())).toBe(true);
    expect(await fitCustomers(database, chain, new Date())).toBe(false);
    const [month, year] = [await valueIn(30), await valueIn(360)];
    expect(month).toMatchObject({ days: 30, customers: agreeing.size, fittedTo: agreeing.size });
    expect(year?.visits).toBeGreaterThan(month?.visits ?? Number.NaN);
    expect(year?.revenue).toBeGreaterThan(month?.revenue ?? Number.NaN);
    expect(month?.active).toBeLessThan(agreeing.size);
    for (const parameter of Object.values({ ...month?.visitModel, ...month?.spendingModel }))
      expect(parameter).toBeGreaterThan(0);
    const { visits } = (await valueIn(30, HQ, { outletId: OUTLET.id })) ?? {};
    expect(await valueIn(30, MANAGER)).toMatchObject({ visits });
    expect(await valueIn(30, OWNER)).toBeNull();
    expect(await valueIn(30, MANAGER_ELSEWHERE)).toBeNull();
    for (const days of [0, 366]) {
      expect(codesOf(await unit.run(HQ, VALUE, { ...PERIOD, days }))).toEqual(['BAD_USER_INPUT']);
    }
    const leaver =
      here().find(({ customerId }) => customerId !== null && agreeing.has(customerId))?.customerId ?? '';
    agreeing.delete(leaver);
    await say(leaver, false);
    await eventually(async () =>
      expect([await valueIn(30), await valueIn(30, MANAGER)]).toEqual([null, null]),
    );
    await fitCustomers(database, chain, new Date());
    expect(await valueIn(30)).toMatchObject({ customers: agreeing.size, fittedTo: agreeing.size });
  });

  it('takes back what is refunded, and orders that were sold no more', async () => {
    const guest = person();
    agreeing.add(guest.customerId);
    await say(guest.customerId, true);
    const figures = async () => {
      await count();
      const { rows } = await unit.pool.query(
        'SELECT orders, revenue::float8 FROM customer_day WHERE customer_id = $1',
        [guest.customerId],
      );
      return rows;
    };
    const { orderId, paymentId } = await unit.paid(guest);
    const { rows } = await unit.pool.query<{ total: number }>(
      'SELECT sum(subtotal)::float8 AS total FROM order_line WHERE order_id = $1',
      [orderId],
    );
    const total = rows[0]?.total ?? 0;
    await eventually(async () => expect(await figures()).toEqual([{ orders: 1, revenue: total }]));
    const partly = { amount: 1_000, refundedTotal: 1_000, capturedTotal: total, isFull: false };
    await unit.refunded(orderId, paymentId, partly);
    await eventually(async () => expect(await figures()).toEqual([{ orders: 1, revenue: total - 1_000 }]));
    await unit.refunded(orderId, paymentId, {
      amount: total - 1_000,
      refundedTotal: total,
      capturedTotal: total,
      isFull: true,
    });
    await eventually(async () => expect(await figures()).toEqual([{ orders: 0, revenue: 0 }]));
    await expectReport(HQ, sales);
  });
});
