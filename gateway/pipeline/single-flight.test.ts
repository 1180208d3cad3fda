/** A run that several wait for lasts as long as one of them does. */
import { expect, test } from 'vitest';
import type { Cancellation } from '../clients/client.js';
import { SingleFlight } from './single-flight.js';

const ANSWER = { text: '{"data":{}}', hasData: true };

function unending(): { run: SingleFlight; signals: Cancellation[] } {
  const signals: Cancellation[] = [];
  const run = new SingleFlight((signal) => {
    signals.push(signal);
    return new Promise(() => {});
  });
  return { run, signals };
}

test('everybody gets the one answer', async () => {
  const run = new SingleFlight(async () => ANSWER);
  const { signal } = new AbortController();
  expect(await Promise.all([run.join(signal), run.join(signal)])).toEqual([ANSWER, ANSWER]);
});

test('who goes away leaves it to the others, and the last breaks it off', () => {
  const { run, signals } = unending();
  const [one, other] = [new AbortController(), new AbortController()];
  void run.join(one.signal);
  void run.join(other.signal);
  one.abort();
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  expect(run.isWanted).toBe(true);
  other.abort();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  expect(run.isWanted).toBe(false);
});

test('who was gone already does not keep it going', () => {
  const { run, signals } = unending();
  void run.join(AbortSignal.abort());
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});
