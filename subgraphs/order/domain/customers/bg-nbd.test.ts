import { expect, it } from 'vitest';
import { Random } from '../../../../bench/simulate/random.js';
import { type BgNbd, chanceOfStaying, expectedVisits, fitBgNbd, type PurchaseHistory } from './bg-nbd.js';

const TRUE: BgNbd = { r: 1.5, alpha: 6, a: 0.9, b: 3 };
const WEEKS = 60;

interface Generated extends PurchaseHistory {
  readonly isStaying: boolean;
  /** Visits in the ten weeks after its age. */
  readonly later: number;
}

const generated = generate(new Random('customers'), 4_000);

it('recovers the parameters that customers were generated with', () => {
  const found = fitBgNbd(generated);
  expect(found).not.toBeNull();
  for (const [name, value] of Object.entries(TRUE)) {
    const share = Number(Object.entries(found ?? {}).find(([one]) => one === name)?.[1]) / value;
    expect(share, name).toBeGreaterThan(0.7);
    expect(share, name).toBeLessThan(1.4);
  }
});

it('expects as many visits as customers then made, and as many to stay as stayed', () => {
  const visits = generated.reduce((sum, one) => sum + expectedVisits(TRUE, one, 10), 0);
  const made = generated.reduce((sum, { later }) => sum + later, 0);
  expect(visits / made).toBeGreaterThan(0.92);
  expect(visits / made).toBeLessThan(1.08);
  const staying = generated.reduce((sum, one) => sum + chanceOfStaying(TRUE, one), 0);
  expect(staying / generated.filter(({ isStaying }) => isStaying).length).toBeCloseTo(1, 1);
});

it('finds nothing where nobody came back', () => {
  expect(fitBgNbd([{ repeats: 0, recency: 0, age: 10 }])).toBeNull();
});

function generate(random: Random, count: number): Generated[] {
  return Array.from({ length: count }, () => {
    const rate = gamma(random, TRUE.r) / TRUE.alpha;
    const [one, other] = [gamma(random, TRUE.a), gamma(random, TRUE.b)];
    const leaving = one / (one + other);
    const age = random.pick([WEEKS / 2, (3 * WEEKS) / 4, WEEKS]);
    let [at, repeats, recency, later] = [0, 0, 0, 0];
    for (;;) {
      at += -Math.log(1 - random.uniform()) / rate;
      if (at > age + 10) break;
      if (at > age) later += 1;
      else [repeats, recency] = [repeats + 1, at];
      if (!random.isTrueFor(leaving)) continue;
      return { repeats, recency, age, later, isStaying: at > age };
    }
    return { repeats, recency, age, later, isStaying: true };
  });
}

/** Of the shape and of scale 1 (Marsaglia and Tsang, 2000). */
function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * random.uniform() ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = random.normal();
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
