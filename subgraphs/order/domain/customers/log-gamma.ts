/** ln Γ(x) for x > 0, to fourteen digits (Lanczos, SIAM Journal on Numerical Analysis B 1, 1964; coefficients of Godfrey for g = 7). */

const COEFFICIENTS = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  const below = x - 1;
  const sum = COEFFICIENTS.reduce(
    (all, coefficient, index) => all + coefficient / (below + index + 1),
    0.99999999999980993,
  );
  const shifted = below + 7.5;
  return HALF_LOG_TWO_PI + (below + 0.5) * Math.log(shifted) - shifted + Math.log(sum);
}
