import { describe, expect, test } from 'vitest';
import { daysUntilAsked, demandOver, forecastDemand, type UseDay } from './replenishment-demand.js';

/** From 8 to 18 o'clock, the same each hour; the last `soldOutHours` of them without anything left. */
function day(weekday: number, perHour: number, soldOutHours = 0): UseDay {
  const isOpenAt = (hour: number) => hour >= 8 && hour < 18;
  const isOutAt = (hour: number) => isOpenAt(hour) && hour >= 18 - soldOutHours;
  const hours = Array.from({ length: 24 }, (_, hour) => hour);
  return {
    weekday,
    used: hours.map((hour) => (isOpenAt(hour) && !isOutAt(hour) ? perHour : 0)),
    soldOut: hours.map((hour) => (isOutAt(hour) ? 1 : 0)),
    isOpen: true,
  };
}

const closed = (weekday: number): UseDay => ({ weekday, used: [], soldOut: [], isOpen: false });
const weeks = (ofWeekday: (weekday: number, week: number) => UseDay, count = 4) =>
  Array.from({ length: count * 7 }, (_, index) => ofWeekday(index % 7, Math.floor(index / 7)));
const MONDAY_MORNING = { weekday: 0, hour: 0 };

describe('a forecast', () => {
  test('of the same use every day is that use, without a spread', () => {
    const forecast = forecastDemand(weeks((weekday) => day(weekday, 10)));
    for (const use of forecast.byWeekday) expect(use).toBeCloseTo(100, 9);
    expect(forecast.spread).toBeCloseTo(0, 9);
    expect(forecast).toMatchObject({ days: 28, soldOutHours: 0 });
  });

  test('does not take hours in which an item was sold out for hours without demand', () => {
    const forecast = forecastDemand(weeks((weekday) => day(weekday, 10, weekday === 5 ? 4 : 0)));
    for (const use of forecast.byWeekday) expect(use).toBeCloseTo(100, 9);
    expect(forecast.soldOutHours).toBe(16);
  });

  test('leaves a day out on which an item was sold out nearly all the time', () => {
    const forecast = forecastDemand(weeks((weekday, week) => day(weekday, 10, week === 3 ? 8 : 0)));
    expect(forecast.days).toBe(21);
    for (const use of forecast.byWeekday) expect(use).toBeCloseTo(100, 9);
  });

  test('is higher on weekdays on which more was used', () => {
    const { byWeekday } = forecastDemand(weeks((weekday) => day(weekday, weekday === 5 ? 20 : 10)));
    // The mean of a day is 800 / 7. Saturday's own factor is 200 / (800 / 7) = 1.75, and counts four times beside once 1.
    expect((byWeekday[5] ?? 0) / (byWeekday[0] ?? 1)).toBeCloseTo((4 * 1.75 + 1) / (4 * 0.875 + 1), 9);
  });

  test('follows what was used lately', () => {
    const { byWeekday } = forecastDemand(weeks((weekday, week) => day(weekday, week === 3 ? 20 : 10)));
    expect(byWeekday[0]).toBeGreaterThan(135);
  });

  test('is 0 on weekdays on which the outlet is always closed, and a closed day is no day without demand', () => {
    const { byWeekday, days } = forecastDemand(
      weeks((weekday, week) =>
        weekday === 6 || (weekday === 2 && week === 1) ? closed(weekday) : day(weekday, 10),
      ),
    );
    expect(byWeekday[6]).toBe(0);
    expect(byWeekday[2]).toBeCloseTo(100, 9);
    expect(days).toBe(23);
  });

  test('of few days has a spread of half of a day at least', () => {
    expect(forecastDemand([day(0, 10), day(1, 10)]).spread).toBeCloseTo(50, 9);
  });

  test('of no days is 0', () => {
    expect(forecastDemand([])).toMatchObject({ byWeekday: [0, 0, 0, 0, 0, 0, 0], spread: 0, days: 0 });
  });
});

describe('the demand of days', () => {
  const forecast = forecastDemand(weeks((weekday) => day(weekday, 10)));

  test.each([
    [MONDAY_MORNING, 1, 100],
    [MONDAY_MORNING, 0.5, 40],
    [{ weekday: 6, hour: 13 }, 1, 100],
    [{ weekday: 6, hour: 13 }, 0.5, 50],
    [{ weekday: 0, hour: 9.5 }, 0.0625, 15],
    [MONDAY_MORNING, 7, 700],
  ])('from %o, over %d days, is %d', (now, days, demand) => {
    expect(demandOver(forecast, now, days)).toBeCloseTo(demand, 6);
  });

  test.each([
    [-1, 0],
    [0, 8 / 24],
    [50, 13 / 24],
    [105, 1 + 8.5 / 24],
    [10_000, 60],
  ])('uses up %d within %d days', (amount, days) => {
    expect(daysUntilAsked(forecast, MONDAY_MORNING, amount, 60)).toBeCloseTo(days, 6);
  });

  test('lasts no time where more is promised than there is, also of what nobody asks for', () => {
    expect(daysUntilAsked(forecastDemand([]), MONDAY_MORNING, -1, 60)).toBe(0);
    expect(daysUntilAsked(forecastDemand([]), MONDAY_MORNING, 0, 60)).toBe(60);
  });
});
