import { expect, it } from 'vitest';
import { expectedVisits } from './bg-nbd.js';
import { expectedSpending } from './gamma-gamma.js';
import { expectedOf } from './value.js';

const model = { visits: { r: 1.2, alpha: 5, a: 0.8, b: 2.6 }, spending: { p: 6, q: 4, v: 15_000 } };

it('expects of customers with one history together what it expects of each', () => {
  const history = { repeats: 3, recency: 9, age: 14 };
  const means = [21_000, 40_000, 95_000];
  const { customers, visits, revenue, active } = expectedOf(
    model,
    [{ ...history, customers: means.length, sumOfMeans: means.reduce((sum, mean) => sum + mean, 0) }],
    28,
  );
  const each = expectedVisits(model.visits, history, 4);
  expect(customers).toBe(3);
  expect(visits).toBeCloseTo(3 * each, 9);
  const spent = means.reduce(
    (sum, mean) => sum + each * expectedSpending(model.spending, { visits: 4, mean }),
    0,
  );
  expect(revenue).toBe(Math.round(spent));
  expect(active).toBeGreaterThan(0);
  expect(active).toBeLessThan(3);
});
