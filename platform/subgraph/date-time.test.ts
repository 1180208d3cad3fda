import { parseValue } from 'graphql';
import { expect, test } from 'vitest';
import { DateTimeResolver, writtenDayOf } from './date-time.js';

test.each([
  ['2026-03-31T00:00:00+07:00', '2026-03-30T17:00:00.000Z', '2026-03-31'],
  ['2026-03-31T23:59:59-08:00', '2026-04-01T07:59:59.000Z', '2026-03-31'],
  ['2026-03-31T12:00:00Z', '2026-03-31T12:00:00.000Z', '2026-03-31'],
])('%s is a moment and remembers its day, as a variable and as a literal', (text, instant, day) => {
  const literal = DateTimeResolver.parseLiteral(parseValue(JSON.stringify(text)), {});
  for (const moment of [DateTimeResolver.parseValue(text), literal]) {
    expect(moment.toISOString()).toBe(instant);
    expect(writtenDayOf(moment)).toBe(day);
    expect(DateTimeResolver.serialize(moment)).toBe(instant);
  }
});

test('a moment that was not written has its day in UTC', () => {
  expect(writtenDayOf(new Date('2026-03-31T23:59:59.999Z'))).toBe('2026-03-31');
});

test.each(['2026-03-31', 'tomorrow', ''])('%j is no moment', (text) => {
  expect(() => DateTimeResolver.parseValue(text)).toThrow();
});
