import { expect, test } from 'vitest';
import { normalQuantile, normalShareBelow } from './replenishment-normal.js';

test.each([
  [0, 0.5],
  [1, 0.8413447],
  [1.6448536, 0.95],
  [-1.6448536, 0.05],
  [2.3263479, 0.99],
])('below %d deviations lies a share of %d', (z, share) => {
  expect(normalShareBelow(z)).toBeCloseTo(share, 6);
  expect(normalQuantile(share)).toBeCloseTo(z, 4);
});
