import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import { newCause } from '../../../platform/events/envelope.js';
import type { DaySales } from '../../../platform/events/event-types.js';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { addDays, type CalendarDay, todayIn } from '../../../platform/kit/calendar.js';
import { runAsOwner } from '../../../tests/support/database.js';
import { eventually } from '../../../tests/support/wait.js';
import { closeDaysThatAreOver } from '../background/daily-closes.js';
import { closeByClock } from '../testing/closes.js';
import { customer, type PaymentHarness, staff, startPaymentHarness } from '../testing/harness.js';
import { capturedPayment, errorCodes, refundPayment } from '../testing/requests.js';

const ZONE = 'Asia/Jakarta';
const FIGURES = `day orders units discounts { amount } revenue { amount } captured { amount } refunded { amount } net { amount }
  tips { amount } owed { amount } service { amount } tax { amount } rounding { amount } cashOutsideTills { amount }
  methods { method captured { amount } refunded { amount } }`;
const CLOSE = `id day number madeBy { id } figures { ${FIGURES} } late { ${FIGURES} } tills { id } cashDifference { amount }
  cashOutsideTills { amount }`;

const closes = z.looseObject({ id: z.string(), number: z.number(), late: z.array(z.looseObject({})) });
const payload = z.object({
  dailyClose: z.object({
    dailyClose: closes.nullable(),
    userErrors: z.array(z.looseObject({ code: z.string() })),
  }),
});

let harness: PaymentHarness;

beforeAll(async () => {
  harness = await startPaymentHarness();
});
afterAll(() => harness.stop());

async function makeOutlet() {
  const place = { outletId: newId(), franchiseId: newId() };
  await harness.database.prisma.outletCopy.create({
    data: {
      id: place.outletId,
      franchiseId: place.franchiseId,
      name: 'Senopati',
      timeZone: ZONE,
      version: 1,
    },
  });
  return { ...place, timeZone: ZONE, manager: staff('MANAGER', place), owner: staff('OWNER', place) };
}

type Place = Awaited<ReturnType<typeof makeOutlet>>;

const close = (identity: Identity, outletId: string, day: string) =>
  harness.run(
    identity,
    `mutation ($outletId: ID!, $day: Date!) { dailyClose(outletId: $outletId, day: $day) { dailyClose { ${CLOSE} } userErrors { code field } } }`,
    { outletId, day },
  );

async function closed(place: Place, day: string) {
  const answer = await close(place.manager, place.outletId, day);
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  const { dailyClose } = payload.parse(answer.data);
  expect(dailyClose.userErrors).toEqual([]);
  return dailyClose.dailyClose;
}

/** Delivers what an event of an order says of the sales of a day. */
async function sold({ outletId, franchiseId }: Place, sales: Omit<DaySales, 'items'>): Promise<AnyEvent> {
  const orderId = newId();
  const event: AnyEvent = {
    ...{
      id: newId(),
      type: 'order.sale-changed',
      version: 1,
      source: 'order',
      occurredAt: new Date().toISOString(),
    },
    ...{ aggregateId: orderId, aggregateVersion: 3, metadata: newCause() },
    data: {
      orderId,
      number: 'A1',
      customerId: null,
      outletId,
      franchiseId,
      sales: [{ ...sales, items: [] }],
    },
  };
  await harness.deliverSales(event);
  await eventually(async () => {
    const { rowCount } = await harness.database.pool.query('SELECT FROM inbox WHERE event_id = $1', [
      event.id,
    ]);
    expect(rowCount).toBe(1);
  });
  return event;
}

const services = () => ({ database: harness.database, log: harness.platform.log });

const sale = (day: string, orders: number, revenue: number) => ({ day, orders, units: orders, revenue });

describe('the close of a day', () => {
  it('reports orders, sales, discounts, payments by method, refunds and tills as they stand', async () => {
    const place = await makeOutlet();
    const { outletId, franchiseId, manager } = place;
    const day = todayIn(ZONE);
    await capturedPayment(harness, 'CASH', { outletId, franchiseId, total: 10_000 });
    const opened = await harness.run(
      manager,
      'mutation ($input: OpenTillInput!) { openTill(input: $input) { till { id } } }',
      { input: { outletId, float: 100_000 } },
    );
    const tillId = z.object({ openTill: z.object({ till: z.object({ id: z.string() }) }) }).parse(opened.data)
      .openTill.till.id;
    const { paymentId } = await capturedPayment(harness, 'CASH', { outletId, franchiseId, total: 42_000 });
    await capturedPayment(harness, 'QRIS', { outletId, franchiseId, total: 30_000 });
    await refundPayment(harness, manager, { paymentId, amount: 2_000 });
    await harness.run(
      manager,
      'mutation ($input: CloseTillInput!) { closeTill(input: $input) { till { id } userErrors { code } } }',
      { input: { tillId, counted: [{ method: 'CASH', amount: 139_000 }] } },
    );
    const event = await sold(place, { ...sale(day, 3, 80_000), discounts: 5_000 });
    await harness.deliverSales(event);
    const amount = (value: number) => ({ amount: value });
    const made = await closed(place, day);
    expect(made).toMatchObject({
      ...{ day, number: 1, madeBy: { id: manager.customerId }, late: [], tills: [{ id: tillId }] },
      ...{ cashDifference: amount(-1_000), cashOutsideTills: amount(10_000) },
      figures: {
        ...{ day, orders: 3, units: 3, discounts: amount(5_000), revenue: amount(80_000) },
        ...{
          captured: amount(82_000),
          refunded: amount(2_000),
          net: amount(80_000),
          tips: amount(0),
          owed: amount(0),
          cashOutsideTills: amount(10_000),
        },
        methods: [
          { method: 'CASH', captured: amount(52_000), refunded: amount(2_000) },
          { method: 'QRIS', captured: amount(30_000), refunded: amount(0) },
        ],
      },
    });
    const { data } = await harness.run(
      manager,
      'query ($day: Date!) { financialReport(from: $day, to: $day) { captured { amount } refunded { amount } net { amount } } }',
      { day },
    );
    expect(made?.figures).toMatchObject(Object(data?.financialReport));
  });

  it('is made once, and what comes late stands in the next one', async () => {
    const place = await makeOutlet();
    const today = todayIn(ZONE);
    const yesterday = addDays(today, -1);
    await sold(place, sale(yesterday, 4, 100_000));
    const first = await closed(place, yesterday);
    await sold(place, sale(yesterday, -1, -20_000));
    expect(await closed(place, yesterday)).toEqual(first);
    await sold(place, sale(today, 2, 50_000));
    const { outletId, franchiseId } = place;
    await capturedPayment(harness, 'CASH', { outletId, franchiseId, total: 10_000 });
    const second = await closed(place, today);
    expect(second).toMatchObject({
      number: 2,
      figures: { day: today, orders: 2, revenue: { amount: 50_000 }, captured: { amount: 10_000 } },
      late: [
        { day: yesterday, orders: -1, revenue: { amount: -20_000 }, captured: { amount: 0 }, methods: [] },
      ],
    });
    const { rows } = await harness.database.pool.query(
      `SELECT (SELECT sum(revenue) FROM daily_close_day WHERE outlet_id = $1) = (SELECT sum(revenue) FROM sales_day_copy WHERE outlet_id = $1)
         AND (SELECT sum(captured) FROM daily_close_method WHERE outlet_id = $1) = 10000 AS agree`,
      [outletId],
    );
    expect(rows).toEqual([{ agree: true }]);
  });

  it('reports service charges, taxes, rounding and cash outside tills, also those that came late', async () => {
    const place = await makeOutlet();
    const { outletId, franchiseId } = place;
    const today = todayIn(ZONE);
    const charged = {
      ...{ serviceCharge: 1_000, rounding: -100 },
      taxes: [{ name: 'PBJT' as const, rate: 1_000, base: 21_000, amount: 2_100, isIncluded: false }],
    };
    const pay = () =>
      capturedPayment(harness, 'CASH', { outletId, franchiseId, total: 23_000, bill: charged });
    const figures = (times: number) => ({
      ...{ day: today, service: { amount: times * 1_000 }, tax: { amount: times * 2_100 } },
      ...{ rounding: { amount: times * -100 }, cashOutsideTills: { amount: times * 23_000 } },
    });
    await pay();
    const made = await closed(place, today);
    expect(made).toMatchObject({ figures: figures(1), cashOutsideTills: { amount: 23_000 } });
    await Promise.all([pay(), pay()]);
    const tomorrow = addDays(today, 1);
    await closeByClock(harness.database, place, tomorrow);
    const { data } = await harness.run(
      place.manager,
      `query ($outletId: ID!, $day: Date!) { dailyClose(outletId: $outletId, day: $day) { ${CLOSE} } }`,
      { outletId, day: tomorrow },
    );
    expect(data?.dailyClose).toMatchObject({ late: [figures(2)], cashOutsideTills: { amount: 0 } });
  });

  it('is refused for a day that has not begun, for one before yesterday, and for one before a closed day, which that reports of', async () => {
    const place = await makeOutlet();
    const codes = async (day: string) =>
      payload
        .parse((await close(place.manager, place.outletId, day)).data)
        .dailyClose.userErrors.map(({ code }) => code);
    const today = todayIn(ZONE);
    for (const day of [addDays(today, 2), addDays(today, -2), '2006-11-20'])
      expect(await codes(day)).toEqual(['INVALID_INPUT']);
    await sold(place, sale(addDays(today, -2), 1, 7_000));
    await closeByClock(harness.database, place, addDays(today, -3));
    expect(await closed(place, today)).toMatchObject({ late: [{ day: addDays(today, -2), orders: 1 }] });
    expect(await codes(addDays(today, -1))).toEqual(['INVALID_STATE']);
    expect(await codes(addDays(today, -3))).toEqual([]);
  });

  it('is numbered without gaps, however many close at once', async () => {
    const place = await makeOutlet();
    const today = todayIn(ZONE);
    const days = [-1, 0].map((offset) => addDays(today, offset));
    await closeByClock(harness.database, place, addDays(today, -2));
    await Promise.all(
      [...days, ...days, ...days, ...days].map((day) => close(place.manager, place.outletId, day)),
    );
    const { rows } = await harness.database.pool.query<{ number: number }>(
      'SELECT number FROM daily_close WHERE outlet_id = $1 ORDER BY day',
      [place.outletId],
    );
    expect(rows.map(({ number }) => number)).toEqual(rows.map((_, index) => index + 1));
    expect(rows.length).toBeGreaterThan(0);
  });

  it('is made by the clock for each day that is over, from the outlet’s first on', async () => {
    const place = await makeOutlet();
    const today = todayIn(ZONE);
    await closeByClock(harness.database, place, addDays(today, -3));
    await sold(place, sale(addDays(today, -1), 1, 7_000));
    await closeDaysThatAreOver(services(), new Date());
    await closeDaysThatAreOver(services(), new Date());
    const { data } = await harness.run(
      place.owner,
      `query ($day: Date!) { dailyCloses(from: $day) { totalCount nodes { day number madeBy { id } } } }`,
      { day: addDays(today, -2) },
    );
    const days: CalendarDay[] = [addDays(today, -1), addDays(today, -2)];
    expect(data?.dailyCloses).toMatchObject({
      totalCount: expect.any(Number),
      nodes: expect.arrayContaining([{ day: days[1], number: 2, madeBy: null }]),
    });
  });

  it('is made by the clock although the day of another outlet cannot be closed', async () => {
    const [broken, other] = [await makeOutlet(), await makeOutlet()];
    const today = todayIn(ZONE);
    for (const place of [broken, other]) await closeByClock(harness.database, place, addDays(today, -3));
    const url = harness.platform.config.databaseUrl('payment');
    await runAsOwner(
      url,
      `ALTER TABLE daily_close ADD CONSTRAINT broken CHECK (outlet_id <> '${broken.outletId}') NOT VALID`,
    );
    await closeDaysThatAreOver(services(), new Date());
    await runAsOwner(url, 'ALTER TABLE daily_close DROP CONSTRAINT broken');
    const numbers = async ({ outletId }: Place) => {
      const { rows } = await harness.database.pool.query<{ number: number }>(
        'SELECT number FROM daily_close WHERE outlet_id = $1 AND day < $2 ORDER BY day',
        [outletId, addDays(today, -1)],
      );
      return rows.map(({ number }) => number);
    };
    expect([await numbers(broken), await numbers(other)]).toEqual([[1], [1, 2]]);
    await closeDaysThatAreOver(services(), new Date());
    expect(await numbers(broken)).toEqual([1, 2]);
  });

  it('is seen and made by who reads the outlet’s money alone', async () => {
    const place = await makeOutlet();
    const today = todayIn(ZONE);
    const elsewhere = staff('MANAGER', { outletId: newId() });
    const read = async (identity: Identity) => {
      const answer = await harness.run(
        identity,
        'query ($outletId: ID!, $day: Date!) { dailyClose(outletId: $outletId, day: $day) { number } }',
        { outletId: place.outletId, day: today },
      );
      return answer.errors === undefined ? answer.data?.dailyClose : errorCodes(answer);
    };
    expect(await read(place.manager)).toEqual(['NOT_FOUND']);
    await closed(place, today);
    expect(await read(place.owner)).toEqual({ number: 1 });
    expect(await read(elsewhere)).toEqual(['NOT_FOUND']);
    expect(errorCodes(await close(elsewhere, place.outletId, today))).toEqual(['NOT_FOUND']);
    for (const identity of [staff('BARISTA', place), customer(newId())]) {
      expect(await read(identity)).toEqual(['FORBIDDEN']);
      expect(errorCodes(await close(identity, place.outletId, today))).toEqual(['FORBIDDEN']);
    }
  });

  it('never changes, by any role that writes', async () => {
    const place = await makeOutlet();
    const made = await closed(place, todayIn(ZONE));
    const { pool } = harness.database;
    for (const statement of [
      'UPDATE daily_close SET number = 7 WHERE id = $1',
      'DELETE FROM daily_close WHERE id = $1',
      'UPDATE daily_close_day SET revenue = 0 WHERE close_id = $1',
    ]) {
      await expect(pool.query(statement, [made?.id])).rejects.toThrow(/permission denied|never changes/);
    }
    await expect(
      pool.query(
        `INSERT INTO daily_close_day SELECT close_id, day - 1, outlet_id, franchise_id, 0, 0, 0, 0, 0, 0, 0 FROM daily_close_day WHERE close_id = $1`,
        [made?.id],
      ),
    ).rejects.toThrow(/never changes/);
  });
});
