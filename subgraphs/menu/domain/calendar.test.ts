import { describe, expect, test } from 'vitest';
import { dayOf, isTimeZone, localDay } from './calendar.js';

describe('the day at an outlet', () => {
  test('is that of its own clock: late evening in London is tomorrow in Jakarta', () => {
    const moment = new Date('2026-12-31T18:00:00.000Z');
    expect(localDay('Asia/Jakarta', moment).toISOString()).toBe('2027-01-01T00:00:00.000Z');
    expect(localDay('UTC', moment).toISOString()).toBe('2026-12-31T00:00:00.000Z');
  });

  test('differs within Indonesia', () => {
    const moment = new Date('2026-08-17T16:30:00.000Z');
    expect(localDay('Asia/Jakarta', moment).toISOString()).toBe('2026-08-17T00:00:00.000Z');
    expect(localDay('Asia/Makassar', moment).toISOString()).toBe('2026-08-18T00:00:00.000Z');
  });
});

test("a moment's date drops its time", () => {
  expect(dayOf(new Date('2027-03-09T23:59:59.999Z')).toISOString()).toBe('2027-03-09T00:00:00.000Z');
});

describe('a time zone', () => {
  test.each(['Asia/Jakarta', 'Asia/Jayapura', 'America/Argentina/Buenos_Aires', 'UTC'])('is %s', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  test.each(['', 'WIB', '+07:00', 'Asia/Nowhere', 'Asia', 'GMT+7', 'Asia/Jakarta\0'])('is not %j', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});
