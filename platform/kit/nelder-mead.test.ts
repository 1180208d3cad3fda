import { expect, it } from 'vitest';
import { minimise } from './nelder-mead.js';

it("finds the minimum of Rosenbrock's valley", () => {
  const valley = ([x = 0, y = 0]: readonly number[]) => (1 - x) ** 2 + 100 * (y - x * x) ** 2;
  const { at, value } = minimise(valley, [-1.2, 1], { tolerance: 1e-14 });
  expect(at[0]).toBeCloseTo(1, 4);
  expect(at[1]).toBeCloseTo(1, 4);
  expect(value).toBeLessThan(1e-8);
});

it('stays where the function is defined, and within the evaluations that it is given', () => {
  let evaluated = 0;
  const { at } = minimise(
    ([x = 0]) => {
      evaluated += 1;
      return x <= 0 ? Number.NaN : x - Math.log(x);
    },
    [3],
    { evaluations: 60 },
  );
  expect(at[0]).toBeCloseTo(1, 3);
  expect(evaluated).toBeLessThan(65);
});
