import { describe, expect, it } from 'vitest';
import {
  mayStillAppear,
  secondsUntilCheck,
  secondsUntilDeferredLookup,
  secondsUntilNextRefund,
  secondsUntilNextSearch,
  secondsUntilRefundLookup,
} from './retry-schedule.js';

const HOUR_MILLISECONDS = 3_600_000;
const DAY_SECONDS = 86_400;

describe('the retry schedule', () => {
  it('backs off to a minute for checks, a quarter of an hour for searches, six hours for refused refunds', () => {
    const first = [0, 1, 2, 3];
    expect(first.map(secondsUntilCheck)).toEqual([3, 6, 12, 24]);
    expect(secondsUntilCheck(50)).toBe(60);
    expect(secondsUntilNextSearch(50)).toBe(900);
    expect([1, 2, 3].map(secondsUntilNextRefund)).toEqual([60, 120, 240]);
    expect(secondsUntilNextRefund(50)).toBe(6 * 3_600);
  });

  it('searches for a charge for a day after the last attempt, and never for one that was not attempted', () => {
    const now = new Date('2026-11-28T08:00:00.000Z');
    const hoursAgo = (hours: number) => new Date(now.getTime() - hours * HOUR_MILLISECONDS);
    expect(mayStillAppear(hoursAgo(23), now)).toBe(true);
    expect(mayStillAppear(hoursAgo(25), now)).toBe(false);
    expect(mayStillAppear(null, now)).toBe(false);
  });

  it('looks for refunds at the provider about ten times in half a year, then no more', () => {
    const ages: number[] = [];
    let age = 0;
    for (;;) {
      const wait = secondsUntilRefundLookup(age);
      if (wait === null) break;
      age += wait;
      ages.push(age);
    }
    expect(ages.slice(0, 4)).toEqual([120, 480, 1_920, 7_680]);
    expect(ages.length).toBeLessThan(12);
    expect(ages.at(-1)).toBeGreaterThan(180 * DAY_SECONDS);
  });

  it('defers a look-up by seconds for a refund in flight, by a minute for a pending one, by hours for a dispute', () => {
    const pending = { status: 'PENDING', transactionId: 'rfd-1' };
    const failed = { status: 'FAILED', transactionId: null };
    expect(secondsUntilDeferredLookup([failed, { status: 'PENDING', transactionId: null }])).toBe(3);
    expect(secondsUntilDeferredLookup([failed, pending])).toBe(60);
    expect(secondsUntilDeferredLookup([failed])).toBe(6 * 3_600);
  });
});
