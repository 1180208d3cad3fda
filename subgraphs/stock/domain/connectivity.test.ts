import { expect, test } from 'vitest';
import { isOnline } from './connectivity.js';

const [earlier, later] = [new Date(1_000), new Date(2_000)];

test.each([
  ['sent no status', { isOnline: null, statusAt: null, lastReadingAt: later }, null],
  ['said online', { isOnline: true, statusAt: earlier, lastReadingAt: null }, true],
  [
    'said offline and has not read since',
    { isOnline: false, statusAt: later, lastReadingAt: earlier },
    false,
  ],
  ['said offline and has never read', { isOnline: false, statusAt: later, lastReadingAt: null }, false],
  ['said offline and reads on', { isOnline: false, statusAt: earlier, lastReadingAt: later }, true],
  ['read and said offline at once', { isOnline: false, statusAt: later, lastReadingAt: later }, false],
])('a shelf that %s', (_what, shelf, expected) => {
  expect(isOnline(shelf)).toBe(expected);
});
