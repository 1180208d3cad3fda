import { assert, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calendarDay } from '../../../../platform/kit/calendar.js';
import type { Weekday } from '../../../../platform/kit/opening-hours.js';
import {
  chooseOffer,
  type ItemPosition,
  lastsDays,
  latenessOf,
  type Now,
  type Offer,
  type Policy,
  planDeliveries,
  reckon,
} from './replenishment.js';
import type { DemandForecast } from './replenishment-demand.js';

/** A Monday, before the outlet opens. */
const NOW: Now = { today: calendarDay('2026-11-23'), weekday: 0, hour: 0 };
const POLICY: Policy = { serviceLevel: 0.95, marginPerCost: 3 };
const ON_TIME = { orders: 0, meanDays: 0, spreadDays: 0, hour: 12 };

/** The same every day, evenly over the clock. */
const using = (daily: number, spread = 0): DemandForecast => ({
  byWeekday: Array.from({ length: 7 }, () => daily),
  shares: Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 1 / 24)),
  ...{ spread, days: 28, soldOutHours: 0 },
});

const position = (given: Partial<ItemPosition> = {}): ItemPosition => ({
  ...{ forecast: using(100), available: 0, batches: [], incoming: [] },
  ...given,
});

const offer = ({
  id = 'supplier',
  leadTimeDays = 1,
  deliveryWeekdays = [],
  ...rest
}: Partial<Omit<Offer, 'supplier'>> & {
  id?: string;
  leadTimeDays?: number;
  deliveryWeekdays?: readonly Weekday[];
} = {}): Offer => ({
  supplier: { id, leadTimeDays, deliveryWeekdays },
  ...{ packSize: 1, packPrice: 1_000, minimumPacks: 1, isPreferred: false, lateness: ON_TIME },
  ...{ shelfLifeDays: null, ...rest },
});

describe('deliveries', () => {
  test('come on the supplier’s days, at midday where nothing was measured', () => {
    const given = offer({ leadTimeDays: 1, deliveryWeekdays: ['WEDNESDAY', 'SATURDAY'] });
    expect(planDeliveries(given, NOW)).toEqual({
      ...{ arrivesOn: '2026-11-25', arrivesIn: 2.5, nextArrivesOn: '2026-11-28', nextArrivesIn: 5.5 },
    });
  });

  test('come so much later, and at that hour, as they did', () => {
    const lateness = latenessOf([
      { lateDays: 0, hour: 9 },
      { lateDays: 1, hour: 15 },
      { lateDays: 2, hour: 12 },
    ]);
    expect(lateness).toEqual({ orders: 3, meanDays: 1, spreadDays: 1, hour: 12 });
    expect(planDeliveries(offer({ lateness }), NOW)).toMatchObject({ arrivesIn: 2.5, nextArrivesIn: 3.5 });
  });

  test('of two orders are no measure', () => {
    const arrivals = [
      { lateDays: 5, hour: 9 },
      { lateDays: 5, hour: 9 },
    ];
    expect(latenessOf(arrivals)).toEqual(ON_TIME);
  });
});

describe('a reckoning', () => {
  test('covers the demand until the delivery after the next one, with a safety stock', () => {
    const lateness = { orders: 8, meanDays: 0, spreadDays: 0.5, hour: 12 };
    const item = position({ forecast: using(100, 20), available: 90 });
    // Tomorrow's and the day after: 2.5 days. √(2.5 · 20² + 100² · 0.5²) = √3500 = 59.16; times 1.645 = 97.3.
    expect(reckon(item, offer({ lateness, packSize: 60 }), NOW, POLICY)).toMatchObject({
      ...{ coverDays: 2.5, demand: 250, safetyStock: 97, needed: 257, packs: 5, spoilingLimit: null },
      ...{ serviceLevel: 0.95, demandSpread: expect.closeTo(59.161, 3) },
    });
  });

  test('counts what is on the way and what is drafted, as far as it comes in time', () => {
    const incoming = [
      { quantity: 100, inDays: 1.5, isDraft: false },
      { quantity: 30, inDays: 2.5, isDraft: true },
      { quantity: 500, inDays: 9, isDraft: false },
    ];
    expect(reckon(position({ incoming }), offer(), NOW, POLICY)).toMatchObject({
      ...{ demand: 250, onOrder: 100, drafted: 30, needed: 120, packs: 120 },
    });
  });

  test('suggests nothing where what there is suffices', () => {
    expect(reckon(position({ available: 250 }), offer({ minimumPacks: 5 }), NOW, POLICY).packs).toBe(0);
    expect(reckon(position({ available: 249 }), offer({ minimumPacks: 5 }), NOW, POLICY).packs).toBe(5);
  });

  test('does not count what will be spoiled before it is used', () => {
    // Of 150 that are good for a day, 100 are used by then.
    const batches = [{ quantity: 150, goodForDays: 1 }];
    expect(reckon(position({ available: 200, batches }), offer(), NOW, POLICY)).toMatchObject({
      ...{ spoiling: 50, needed: 100 },
    });
  });

  test('of what spoils before the next delivery is the newsvendor’s', () => {
    const weekly = { deliveryWeekdays: ['TUESDAY'], shelfLifeDays: 2 } as const;
    const item = position({ forecast: using(100, 20) });
    // Good until the end of the second day after Tuesday, 4 days from now: 400 ± √4 · 20 = 40. 3 / (3 + 1) of the times 0.674 deviations
    // more are enough.
    expect(reckon(item, offer(weekly), NOW, POLICY)).toMatchObject({
      ...{ coverDays: 4, demand: 400, safetyStock: 27, serviceLevel: expect.closeTo(0.75, 2) },
      ...{ needed: 427, spoilingLimit: 427, packs: 427 },
    });
  });

  test('of what spoils is not rounded up to a pack that would mostly be thrown away', () => {
    const item = position({ available: 250 });
    const daily = { packSize: 100, shelfLifeDays: 1 };
    expect(reckon({ ...item, available: 210 }, offer(daily), NOW, POLICY)).toMatchObject({
      needed: 40,
      packs: 0,
    });
    expect(reckon({ ...item, available: 190 }, offer(daily), NOW, POLICY)).toMatchObject({
      needed: 60,
      packs: 1,
    });
  });

  const cases = record({
    daily: integer({ min: 0, max: 500 }),
    spread: integer({ min: 0, max: 200 }),
    available: integer({ min: -100, max: 3_000 }),
    packSize: integer({ min: 1, max: 500 }),
    minimumPacks: integer({ min: 1, max: 4 }),
    leadTimeDays: integer({ min: 0, max: 10 }),
    spreadDays: integer({ min: 0, max: 3 }),
    shelfLifeDays: constantFrom(null, 0, 1, 2, 5, 30),
    hour: integer({ min: 0, max: 23 }),
  });
  const packsOf = ({ daily, spread, available, hour, spreadDays, ...rest }: Case) =>
    reckon(
      position({ forecast: using(daily, spread), available }),
      offer({ ...rest, lateness: { ...ON_TIME, spreadDays } }),
      { ...NOW, hour },
      POLICY,
    );

  test('is of the minimum of packs at least, or of none', () => {
    assert(
      property(cases, (given) => {
        const { packs, needed } = packsOf(given);
        return packs === 0 || (packs >= given.minimumPacks && needed > 0);
      }),
    );
  });

  test('never falls where more is asked for, and never rises where there is more', () => {
    assert(
      property(cases, integer({ min: 1, max: 300 }), (given, more) => {
        const { packs } = packsOf(given);
        const busier = packsOf({ ...given, daily: given.daily + more });
        const fuller = packsOf({ ...given, available: given.available + more });
        return busier.packs >= packs && fuller.packs <= packs;
      }),
    );
  });

  test('adds up', () => {
    assert(
      property(cases, (given) => {
        const { needed, demand, safetyStock, spoiling, onOrder, drafted } = packsOf(given);
        return needed === demand + safetyStock - given.available + spoiling - onOrder - drafted;
      }),
    );
  });
});

interface Case {
  readonly daily: number;
  readonly spread: number;
  readonly available: number;
  readonly packSize: number;
  readonly minimumPacks: number;
  readonly leadTimeDays: number;
  readonly spreadDays: number;
  readonly shelfLifeDays: number | null;
  readonly hour: number;
}

describe('of several suppliers', () => {
  const cheap = offer({ id: 'cheap', packSize: 10, packPrice: 9_000, leadTimeDays: 3 });
  const near = offer({ id: 'near', packSize: 1, packPrice: 1_000, leadTimeDays: 0 });
  const far = offer({ id: 'far', packSize: 1, packPrice: 950, leadTimeDays: 6 });
  const choose = (available: number, ...offers: readonly Offer[]) => {
    const chosen = chooseOffer(position({ available }), offers, NOW, POLICY);
    return chosen && [chosen.offer.supplier.id, chosen.choice];
  };

  test('the cheapest by unit is chosen of those that come in time', () => {
    expect(choose(400, near, far, cheap)).toEqual(['cheap', 'CHEAPEST']);
    expect(choose(300, near, far, cheap)).toEqual(['near', 'CHEAPEST']);
  });

  test('the first to come is chosen where none comes in time', () => {
    expect(choose(10, far, near, cheap)).toEqual(['near', 'FASTEST']);
  });

  test('the preferred one is chosen whatever others ask', () => {
    expect(choose(10, near, { ...far, isPreferred: true }, cheap)).toEqual(['far', 'PREFERRED']);
  });

  test('the only one is chosen, and of none there is no choice', () => {
    expect(choose(10, far)).toEqual(['far', 'ONLY']);
    expect(choose(10)).toBeUndefined();
  });
});

test('what comes meanwhile makes stock last longer, but not what comes after it is gone', () => {
  const incoming = [
    { quantity: 100, inDays: 2, isDraft: false },
    { quantity: 100, inDays: 5, isDraft: false },
  ];
  expect(lastsDays(position({ available: 250, incoming }), NOW, 60)).toBeCloseTo(3.5, 6);
});
