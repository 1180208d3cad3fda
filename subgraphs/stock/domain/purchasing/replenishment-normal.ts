/** The standard normal distribution, exact to seven digits. */

/** The share of it that lies below `z`. */
export function normalShareBelow(z: number): number {
  // The complementary error function by Chebyshev fitting (Numerical Recipes, 6.2), with a relative error below 1.2e-7.
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const exponent = COEFFICIENTS.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  const beyond = (t * Math.exp(-x * x + exponent)) / 2;
  return z < 0 ? beyond : 1 - beyond;
}

const COEFFICIENTS = [
  ...[-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806],
  ...[0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277],
];
const WIDEST = 8;

/** Below which `share` of it lies; `share` between 0 and 1. */
export function normalQuantile(share: number): number {
  return rootOf((z) => share - normalShareBelow(z), -WIDEST, WIDEST);
}

/** Where a falling function passes 0 between two bounds; a bound where it does not. */
export function rootOf(falling: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (falling(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
