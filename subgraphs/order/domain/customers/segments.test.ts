import { expect, it } from 'vitest';
import { basketRules } from './baskets.js';
import { logGamma } from './log-gamma.js';
import { scoresOf, segmentOf } from './rfm.js';

it('puts the most frequent of the latest customers among champions, and who came once long ago among the lost', () => {
  const customers = Array.from({ length: 100 }, (_, index) => ({
    ...{ daysSince: index, orders: 100 - index, revenue: (100 - index) * 20_000 },
  }));
  const scores = scoresOf(customers);
  const segments = customers.map((customer, index) => segmentOf(scores[index] ?? NONE, customer));
  expect(segments[0]).toBe('CHAMPION');
  expect(segments.at(-1)).toBe('LOST');
  expect(scores.filter(({ recency }) => recency === 5)).toHaveLength(20);
});

const NONE = { recency: 1, frequency: 1, monetary: 1 };

it('gives equal customers equal scores', () => {
  const scores = scoresOf(Array.from({ length: 9 }, () => ({ daysSince: 3, orders: 1, revenue: 20_000 })));
  expect(new Set(scores.map((one) => JSON.stringify(one))).size).toBe(1);
});

it('counts support, confidence and lift of what goes together, both ways', () => {
  const rules = basketRules({
    orders: 100,
    ofItem: new Map([
      ['coffee', 50],
      ['cake', 20],
      ['tea', 40],
    ]),
    pairs: [
      { one: 'cake', other: 'coffee', orders: 15 },
      { one: 'cake', other: 'tea', orders: 4 },
    ],
  });
  expect(rules).toHaveLength(2);
  expect(rules).toMatchObject([
    { taken: 'cake', goesWith: 'coffee', orders: 15, support: 0.15, confidence: 0.75 },
    { taken: 'coffee', goesWith: 'cake', orders: 15, support: 0.15, confidence: 0.3 },
  ]);
  for (const { lift } of rules) expect(lift).toBeCloseTo(1.5, 12);
});

it('has the logarithm of the gamma function', () => {
  expect(logGamma(5)).toBeCloseTo(Math.log(24), 12);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
  expect(logGamma(171)).toBeCloseTo(706.5730622457874, 9);
});
