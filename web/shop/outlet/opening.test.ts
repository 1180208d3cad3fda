import { expect, it } from 'vitest';
import { pickupSlots } from '../basket/pickup.js';
import { closesAt, type Hours } from './opening.js';

const hours = (change: Partial<Hours> = {}): Hours => ({
  timeZone: 'Asia/Jakarta',
  openingHours: [
    { weekday: 'MONDAY', opensAt: '08:00', closesAt: '22:00' },
    { weekday: 'SATURDAY', opensAt: '18:00', closesAt: '02:00' },
  ],
  openingExceptions: [],
  ...change,
});

it('closes by the clocks at the outlet', () => {
  // 15:00 UTC on a Monday is 22:00 in Jakarta.
  expect(closesAt(hours(), new Date('2026-11-30T14:59:00Z'))).toBe('22:00');
  expect(closesAt(hours(), new Date('2026-11-30T15:00:00Z'))).toBeUndefined();
});

it('closes after midnight where it opened the day before', () => {
  expect(closesAt(hours(), new Date('2026-11-28T18:30:00Z'))).toBe('02:00');
});

it('goes by the exception of a date', () => {
  const openingExceptions = [{ date: '2026-11-30', openings: [{ opensAt: '10:00', closesAt: '15:00' }] }];
  expect(closesAt(hours({ openingExceptions }), new Date('2026-11-30T05:00:00Z'))).toBe('15:00');
});

it('does not close where it is open around the clock', () => {
  const openingHours = [{ weekday: 'MONDAY' as const, opensAt: '00:00', closesAt: '24:00' }];
  expect(closesAt(hours({ openingHours }), new Date('2026-11-30T05:00:00Z'))).toBeUndefined();
});

it('offers pickup by the quarter of an hour, not before it can be made, nor before the outlet opens', () => {
  const now = Date.parse('2026-11-30T05:07:00Z');
  expect(pickupSlots(now, null).slice(0, 2)).toEqual([
    '2026-11-30T05:30:00.000Z',
    '2026-11-30T05:45:00.000Z',
  ]);
  expect(pickupSlots(now, '2026-12-01T01:10:00Z')[0]).toBe('2026-12-01T01:15:00.000Z');
});
