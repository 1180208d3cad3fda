import { expect, it } from 'vitest';
import { Random } from '../../../../bench/simulate/random.js';
import { expectedSpending, fitGammaGamma } from './gamma-gamma.js';

/** Whole numbers, so that gamma draws are sums of exponential ones. */
const [P, Q, V] = [6, 4, 15_000];

it('recovers the parameters that spending was generated with', () => {
  const random = new Random('spending');
  const gamma = (shape: number) =>
    Array.from({ length: shape }, () => -Math.log(1 - random.uniform())).reduce((sum, one) => sum + one, 0);
  const spendings = Array.from({ length: 2_000 }, () => {
    const [visits, rate] = [random.integer(1, 12), gamma(Q) / V];
    const spent = Array.from({ length: visits }, () => gamma(P) / rate).reduce((sum, one) => sum + one, 0);
    return { visits, mean: spent / visits };
  });
  const found = fitGammaGamma(spendings);
  for (const share of [(found?.p ?? 0) / P, (found?.q ?? 0) / Q]) {
    expect(share).toBeGreaterThan(0.8);
    expect(share).toBeLessThan(1.25);
  }
  // The mean of all customers: what one who never spent anything is expected to.
  const mean = ((found?.p ?? 0) * (found?.v ?? 0)) / ((found?.q ?? 0) - 1);
  expect(mean / ((P * V) / (Q - 1))).toBeCloseTo(1, 1);
});

it('expects of a customer the more of what they spent, the oftener they came', () => {
  const model = { p: 6, q: 4, v: 15_000 };
  const all = expectedSpending(model, { visits: 0, mean: 0 });
  const [once, often] = [1, 40].map((visits) => expectedSpending(model, { visits, mean: 60_000 }));
  expect(all).toBe(30_000);
  expect(once).toBeGreaterThan(all);
  expect(often).toBeGreaterThan(once ?? 0);
  expect(often).toBeLessThan(60_000);
});
