import { expect, it } from 'vitest';
import { eventually } from '../../tests/support/wait.js';
import { Clock } from './clock.js';
import { Pace } from './pace.js';

it('a rate that is not kept is said with what it waits for, and what was started is awaited in the end', async () => {
  const ending = new AbortController();
  const answers: (() => void)[] = [];
  const pace = new Pace({
    clock: new Clock(0, 1, ending.signal),
    perSecond: () => 1_000,
    atOnce: 5,
    one: () => new Promise((resolve) => answers.push(() => resolve(true))),
  });
  let hasEnded = false;
  const running = pace.run().then(() => {
    hasEnded = true;
  });
  await eventually(() => expect(pace.heldBackBy('answers')).toBe('5 wait for answers, and none has come'));
  expect(answers).toHaveLength(5);
  ending.abort();
  expect(hasEnded).toBe(false);
  for (const answer of answers) answer();
  await running;
});

it('what fails keeps no rate, and is said', async () => {
  const ending = new AbortController();
  const pace = new Pace({
    clock: new Clock(0, 1, ending.signal),
    perSecond: () => 500,
    atOnce: 5,
    one: async () => false,
  });
  const running = pace.run();
  await eventually(() => expect(pace.heldBackBy('answers')).toMatch(/^\d+ % fail$/));
  expect(pace.rates().done).toBe(0);
  ending.abort();
  await running;
});
