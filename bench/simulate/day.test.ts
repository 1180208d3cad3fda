import { expect, it } from 'vitest';
import { CLOSES_AT, OPENS_AT, planDay, planFaults, withoutIncidents } from './day.js';
import { Random } from './random.js';

const faultsOf = (seed: string, scales: number) => planFaults(new Random(seed), scales, OPENS_AT, CLOSES_AT);

it('a day is the same for the same seed, and another for another', () => {
  expect(faultsOf('kedai', 50)).toEqual(faultsOf('kedai', 50));
  expect(faultsOf('kedai', 50)).not.toEqual(faultsOf('kopi', 50));
});

it('what befalls a scale does not depend on how many others there are, but for the theft and the break', () => {
  const few = withoutIncidents(faultsOf('kedai', 10));
  const many = withoutIncidents(faultsOf('kedai', 500)).slice(0, 10);
  expect(many).toEqual(few);
});

it.each([1, 2, 30, 950])(
  'one of %i scales is stolen from, and another one breaks where there is one',
  (scales) => {
    const faults = faultsOf('kedai', scales);
    const stolenFrom = faults.flatMap(({ theft }, index) => (theft === null ? [] : [index]));
    const broken = faults.flatMap(({ brokenFrom }, index) => (brokenFrom === null ? [] : [index]));
    expect(stolenFrom).toHaveLength(1);
    expect(broken).toHaveLength(scales > 1 ? 1 : 0);
    expect(broken).not.toEqual(stolenFrom);
  },
);

it('nobody comes while outlets are closed, and fewer come in the rain', () => {
  const days = ['a', 'b', 'c', 'd', 'e', 'f'].map((seed) => planDay(new Random(seed)));
  for (const { guestsAt } of days) {
    expect(guestsAt(OPENS_AT - 1)).toBe(0);
    expect(guestsAt(CLOSES_AT)).toBe(0);
    expect(guestsAt(13 * 60)).toBeGreaterThan(0);
  }
  const at = 16 * 60;
  const [dry, wet] = (['dry', 'rain'] as const).map((weather) =>
    days.find(({ weatherAt }) => weatherAt(at) === weather),
  );
  if (dry === undefined || wet === undefined) throw new Error('Of these days some are dry and some are not.');
  expect(wet.guestsAt(at)).toBeLessThan(dry.guestsAt(at));
});
