/** Forecasts and lost sales, from orders and from what was said of being sold out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays, type CalendarDay, momentAt, todayIn } from '../../../platform/kit/calendar.js';
import { eventually } from '../../../tests/support/wait.js';
import { type OwnOrderDatabase, openOrderDatabase } from '../store/database.js';
import {
  BARISTA,
  DRINK,
  HQ,
  MANAGER,
  MANAGER_ELSEWHERE,
  type OrderHarness,
  OUTLET,
  startHarness,
} from '../testing/harness.js';
import { renewForecasts } from './renew-forecasts.js';

const DAYS = 70;
const UNITS_AN_HOUR = 2;
/** Opens at nine, closes at nine in the evening. */
const [OPENS, CLOSES, RAN_OUT_AT] = [9, 21, 15];
const TODAY = todayIn(OUTLET.timeZone);
const SOLD_OUT_DAYS = [1, 2, 3, 5, 8, 13, 21].map((ago) => addDays(TODAY, -ago));

const FORECAST = `query ($outletId: ID!, $menuItemId: ID, $days: Int!, $by: ForecastGrouping!) {
  salesForecast(outletId: $outletId, menuItemId: $menuItemId, days: $days, by: $by) {
    outlet { id } menuItem { id } model ageSeconds rows { at expected lower upper } error { wape mase bias coverage } } }`;
const LOST = `query ($scope: SalesScopeInput, $from: Date!, $to: Date!) {
  lostSales(scope: $scope, from: $from, to: $to) {
    basisWeeks units amount { amount } rows { outlet { id } menuItem { id } soldOutMinutes units amount { amount } } } }`;

let unit: OrderHarness;
let database: OwnOrderDatabase;

beforeAll(async () => {
  unit = await startHarness();
  database = openOrderDatabase(unit.platform.config.databaseUrl('order'), unit.platform.bus);
  await sell();
  let version = 0;
  for (const day of SOLD_OUT_DAYS.toSorted()) {
    for (const [isSoldOut, hour] of [
      [true, RAN_OUT_AT],
      [false, CLOSES],
    ] as const) {
      version += 1;
      await say(version, isSoldOut, momentAt(day, hour * 60, OUTLET.timeZone));
    }
  }
  // The end of a span may come before its beginning, and twice.
  await say(2, false, momentAt(SOLD_OUT_DAYS.toSorted()[0] ?? TODAY, CLOSES * 60, OUTLET.timeZone));
  await eventually(async () => {
    const { rowCount } = await unit.pool.query('SELECT FROM sold_out_change');
    expect(rowCount).toBe(2 * SOLD_OUT_DAYS.length);
  });
});
afterAll(async () => {
  await database?.close();
  await unit?.stop();
});

const say = (aggregateVersion: number, isSoldOut: boolean, at: Date) =>
  unit.deliver('order.sold-out-changes', {
    ...{ type: 'stock.sold-out-changed', aggregateId: `${DRINK.id}:${OUTLET.id}`, aggregateVersion },
    data: {
      ...{ outletId: OUTLET.id, franchiseId: OUTLET.franchiseId, menuItemId: DRINK.id, isSoldOut },
      at: at.toISOString(),
    },
  });

/** The same each hour of each day, but for the hours in which the drink is sold out. */
async function sell(): Promise<void> {
  const moments: Date[] = [];
  for (let day: CalendarDay = addDays(TODAY, -DAYS); day < TODAY; day = addDays(day, 1)) {
    for (let hour = OPENS; hour < (SOLD_OUT_DAYS.includes(day) ? RAN_OUT_AT : CLOSES); hour += 1) {
      moments.push(momentAt(day, hour * 60 + 20, OUTLET.timeZone));
    }
  }
  await unit.pool.query(
    `INSERT INTO orders (id, number, customer_id, outlet_id, franchise_id, status, status_at, version, total, preparation_seconds,
       placed_at, paid_at, payment_id, sales_day)
     SELECT uuidv7(at - clock_timestamp()), 'forecast ' || n, uuidv7(), $1, $2, 'COMPLETED', at, 5, 36000, 60, at, at, uuidv7(), at::date
     FROM unnest($3::timestamptz[]) WITH ORDINALITY AS moment (at, n)`,
    [OUTLET.id, OUTLET.franchiseId, moments],
  );
  await unit.pool.query(
    `INSERT INTO order_line (order_id, position, customer_id, outlet_id, franchise_id, menu_item_id, name, quantity, unit_price, subtotal, options)
     SELECT id, 0, customer_id, outlet_id, franchise_id, $1, 'Teh', $2, 18000, 36000, '[]' FROM orders WHERE number LIKE 'forecast %'`,
    [DRINK.id, UNITS_AN_HOUR],
  );
}

const asked = { outletId: OUTLET.id, menuItemId: DRINK.id, days: 7, by: 'DAY' };

describe('a forecast', () => {
  it('is made at once for who asks before the night has made one, and the same for two who ask together', async () => {
    await unit.pool.query('DELETE FROM sales_forecast');
    await unit.pool.query('DELETE FROM demand_state');
    const answers = await Promise.all([1, 2].map(() => unit.run(MANAGER, FORECAST, asked)));
    for (const { data, errors } of answers) {
      expect(errors).toBeUndefined();
      expect(data?.salesForecast).toMatchObject({ menuItem: { id: DRINK.id }, outlet: { id: OUTLET.id } });
    }
    const afterTwo = new Date(Date.now() + 2 * 3_600_000);
    while (await renewForecasts(database, OUTLET, afterTwo));
  });

  it('expects what is asked for, sold out or not, with its error and age', async () => {
    const { data } = await unit.run(MANAGER, FORECAST, asked);
    const forecast = data?.salesForecast as {
      rows: { expected: number; lower: number; upper: number }[];
      error: { wape: number; coverage: number };
    };
    expect(forecast).toMatchObject({ outlet: { id: OUTLET.id }, menuItem: { id: DRINK.id } });
    expect(forecast.rows).toHaveLength(7);
    const usual = UNITS_AN_HOUR * (CLOSES - OPENS);
    for (const { expected, lower, upper } of forecast.rows) {
      expect(Math.abs(expected - usual)).toBeLessThan(2);
      expect(lower).toBeLessThanOrEqual(expected);
      expect(upper).toBeGreaterThanOrEqual(expected);
    }
    expect(forecast.error.wape).toBeLessThan(0.1);
  });

  it('says by the hour when it is asked for', async () => {
    const { data } = await unit.run(MANAGER, FORECAST, { ...asked, days: 1, by: 'HOUR' });
    const { rows } = (data?.salesForecast ?? {}) as { rows: { at: string; expected: number }[] };
    expect(rows).toHaveLength(CLOSES - OPENS);
    expect(new Date(rows[0]?.at ?? 0)).toEqual(momentAt(TODAY, OPENS * 60, OUTLET.timeZone));
    for (const { expected } of rows) expect(Math.abs(expected - UNITS_AN_HOUR)).toBeLessThan(0.5);
  });

  it('is of the whole outlet where no item is named', async () => {
    const { data } = await unit.run(MANAGER, FORECAST, { ...asked, menuItemId: null });
    expect(data?.salesForecast).toMatchObject({ menuItem: null, outlet: { id: OUTLET.id } });
  });

  it('is made once a day', async () => {
    expect(await renewForecasts(database, OUTLET, new Date(Date.now() + 2 * 3_600_000))).toBe(false);
  });

  it('is of 1 to 28 days, and for those who may see the sales of the outlet', async () => {
    const codeOf = async (who: typeof MANAGER, variables: object) => {
      const { errors } = await unit.run(who, FORECAST, { ...asked, ...variables });
      return errors?.[0]?.extensions.code;
    };
    expect(await codeOf(MANAGER, { days: 29 })).toBe('BAD_USER_INPUT');
    expect(await codeOf(MANAGER, { days: 0 })).toBe('BAD_USER_INPUT');
    expect(await codeOf(MANAGER_ELSEWHERE, {})).toBe('NOT_FOUND');
    expect(await codeOf(BARISTA, {})).toBe('FORBIDDEN');
  });
});

describe('the calendar', () => {
  const SET = `mutation ($input: SetCalendarDayInput!) {
    setCalendarDay(input: $input) { calendarDay { day kind isSet } userErrors { code field } } }`;
  const READ = 'query ($from: Date!, $to: Date!) { calendarDays(from: $from, to: $to) { day kind isSet } }';
  const set = (day: string, kind: string) => unit.run(HQ, SET, { input: { day, kind } });
  const read = async () => (await unit.run(MANAGER, READ, { from: '2026-08-15', to: '2026-08-18' })).data;
  const independence = { day: '2026-08-17', kind: 'PUBLIC_HOLIDAY', isSet: false };

  it('is what head office makes of it', async () => {
    expect(await read()).toEqual({ calendarDays: [independence] });
    await set('2026-08-15', 'PROMOTION');
    await set('2026-08-17', 'ORDINARY');
    expect(await read()).toEqual({
      calendarDays: [
        { day: '2026-08-15', kind: 'PROMOTION', isSet: true },
        { day: '2026-08-17', kind: null, isSet: true },
      ],
    });
    await set('2026-08-15', 'AS_CALENDAR');
    await set('2026-08-17', 'AS_CALENDAR');
    expect(await read()).toEqual({ calendarDays: [independence] });
  });

  it('takes no kind in small letters', async () => {
    expect(await set('2026-08-15', 'promo')).toMatchObject({
      data: {
        setCalendarDay: { calendarDay: null, userErrors: [{ code: 'INVALID_INPUT', field: ['kind'] }] },
      },
    });
  });
});

describe('lost sales', () => {
  const yesterday = addDays(TODAY, -1);
  it('are what the hours sold in the weeks before, for as long as the item was sold out', async () => {
    const { data } = await unit.run(MANAGER, LOST, { from: yesterday, to: yesterday });
    const units = UNITS_AN_HOUR * (CLOSES - RAN_OUT_AT);
    const lost = (data?.lostSales ?? {}) as { amount: { amount: number } };
    const { amount } = lost.amount;
    expect(data?.lostSales).toMatchObject({
      ...{ basisWeeks: 8, units },
      rows: [
        {
          ...{ outlet: { id: OUTLET.id }, menuItem: { id: DRINK.id }, units, amount: { amount } },
          soldOutMinutes: 60 * (CLOSES - RAN_OUT_AT),
        },
      ],
    });
    // What a unit costs there, whole rupiah.
    expect(amount % units).toBe(0);
    expect(amount / units).toBeGreaterThanOrEqual(10_000);
  });

  it('are none of a day on which the item was there, and none for who works elsewhere', async () => {
    const full = addDays(TODAY, -4);
    const none = { data: { lostSales: { units: 0, rows: [] } } };
    expect(await unit.run(MANAGER, LOST, { from: full, to: full })).toMatchObject(none);
    expect(await unit.run(MANAGER_ELSEWHERE, LOST, { from: yesterday, to: yesterday })).toMatchObject(none);
  });
});
