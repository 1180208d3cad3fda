import { expect, it } from 'vitest';
import type { ScaleFaults } from './day.js';
import { Random } from './random.js';
import { Scale } from './scale.js';

const NONE: ScaleFaults = { driftAnHour: 0, rebootsAt: [], flatAt: null, theft: null, brokenFrom: null };
const QUIET_AFTER = 1;

function scaleWith(faults: Partial<ScaleFaults> = {}): Scale {
  return new Scale({
    random: new Random('scale'),
    faults: { ...NONE, ...faults },
    tareGrams: 100,
    grams: 5_000,
    startsAt: 420,
  });
}

function gramsAt(scale: Scale, minute: number): number {
  return scale.weigh(minute)?.grams ?? Number.NaN;
}

it('shows what lies on it with its container, within a few grams', () => {
  const scale = scaleWith();
  for (let minute = 420; minute < 520; minute += 1)
    expect(Math.abs(gramsAt(scale, minute) - 5_100)).toBeLessThan(5);
});

it('shows the hand that reaches into it, and what was taken once the hand is gone', () => {
  const scale = scaleWith();
  expect(scale.take(800, 430)).toBe(800);
  expect(gramsAt(scale, 430)).toBeGreaterThan(4_400);
  expect(Math.abs(gramsAt(scale, 430 + QUIET_AFTER) - 4_300)).toBeLessThan(5);
});

it('gives no more than lies on it', () => {
  const scale = scaleWith();
  expect(scale.take(9_000, 430)).toBe(5_000);
  expect(scale.grams).toBe(0);
});

it('numbers its readings within a boot, and begins again after a reboot', () => {
  const scale = scaleWith({ rebootsAt: [440] });
  const [first, second, third] = [430, 439, 441].map((minute) => scale.weigh(minute));
  expect([first?.seq, second?.seq, third?.seq]).toEqual([1, 2, 1]);
  expect(second?.bootId).toBe(first?.bootId);
  expect(third?.bootId).not.toBe(first?.bootId);
});

it('loses a theft once, and knows how much it was', () => {
  const scale = scaleWith({ theft: { at: 450, share: 0.4 } });
  scale.weigh(449);
  expect(scale.stolenGrams).toBe(0);
  for (const minute of [451, 452, 453]) scale.weigh(minute);
  expect(scale.stolenGrams).toBeCloseTo(2_000);
  expect(scale.grams).toBeCloseTo(3_000);
});

it('shows nothing once its battery is flat, and less and less of it before', () => {
  const scale = scaleWith({ flatAt: 480 });
  const before = [430, 460, 479].map((minute) => scale.weigh(minute)?.batteryPct ?? Number.NaN);
  expect(before).toEqual([...before].sort((a, b) => b - a));
  expect(scale.weigh(480)).toBeNull();
});
