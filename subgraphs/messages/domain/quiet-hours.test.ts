import { describe, expect, it } from 'vitest';
import { afterQuietHours } from './quiet-hours.js';

const NIGHT = { from: '22:00', to: '07:00' };

function waits(at: string, timeZone: string, hours: { from: string; to: string } = NIGHT): string {
  return afterQuietHours(new Date(at), { ...hours, timeZone }).toISOString();
}

describe('what comes in quiet hours', () => {
  it.each([
    ['before midnight', '2026-11-30T16:00:00.000Z', '2026-12-01T00:00:00.000Z'],
    ['after midnight', '2026-11-30T20:00:00.000Z', '2026-12-01T00:00:00.000Z'],
    ['at their first moment', '2026-11-30T15:00:00.000Z', '2026-12-01T00:00:00.000Z'],
  ])('%s waits for their end in the zone of the person', (_when, at, end) => {
    expect(waits(at, 'Asia/Jakarta')).toBe(end);
  });

  it.each(['2026-11-30T14:59:59.999Z', '2026-12-01T00:00:00.000Z', '2026-11-30T05:00:00.000Z'])(
    'does not wait outside them: %s',
    (at) => {
      expect(waits(at, 'Asia/Jakarta')).toBe(at);
    },
  );

  it('within a day does not wait over midnight', () => {
    const noon = { from: '12:00', to: '13:30' };
    expect(waits('2026-11-30T05:15:00.000Z', 'Asia/Jakarta', noon)).toBe('2026-11-30T06:30:00.000Z');
    expect(waits('2026-11-30T17:15:00.000Z', 'Asia/Jakarta', noon)).toBe('2026-11-30T17:15:00.000Z');
  });

  it('waits for seven by the clock, also in the nights in which the clocks change', () => {
    expect(waits('2026-03-08T04:00:00.000Z', 'America/New_York')).toBe('2026-03-08T11:00:00.000Z');
    expect(waits('2026-11-01T04:00:00.000Z', 'America/New_York')).toBe('2026-11-01T12:00:00.000Z');
  });

  it('ends when clocks skip the end, as much later as they skip', () => {
    const early = { from: '22:00', to: '02:30' };
    expect(waits('2026-03-08T05:00:00.000Z', 'America/New_York', early)).toBe('2026-03-08T07:30:00.000Z');
  });
});
