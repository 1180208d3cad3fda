import { setImmediate as tick } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CoalescingWriter } from './coalescing-writer.js';

/** Takes so much of what is left, all or nothing; a malformed one refuses the whole statement that it is in. */
interface Request {
  readonly wanted: number;
  readonly isMalformed: boolean;
  /** Turns of the event loop between the request before and this one. */
  readonly comesAfter: number;
}

type Answer = 'taken' | 'too little' | 'refused' | 'unreachable';

const request: fc.Arbitrary<Request> = fc.record({
  wanted: fc.integer({ min: 1, max: 5 }),
  isMalformed: fc.integer({ min: 0, max: 7 }).map((one) => one === 0),
  comesAfter: fc.integer({ min: 0, max: 3 }),
});
const scenario = fc.record({
  stock: fc.integer({ min: 0, max: 30 }),
  requests: fc.array(request, { maxLength: 20 }),
  maximumBatch: fc.integer({ min: 1, max: 8 }),
  /** Turns that each statement takes, over and over. */
  durations: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
  /** Statements that find the database unreachable. */
  outages: fc.uniqueArray(fc.nat({ max: 8 }), { maxLength: 2 }),
});

class Refused extends Error {
  readonly code = '22P02';
  readonly severity = 'ERROR';
}
class Unreachable extends Error {}

test('requests get the results of single writes in their order, however they are timed and batched', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ stock, requests, maximumBatch, durations, outages }) => {
      let left = stock;
      let statements = 0;
      const writer = new CoalescingWriter<Request, Answer>({
        maximumBatch,
        async write(batch) {
          const number = statements++;
          expect(batch.length).toBeLessThanOrEqual(maximumBatch);
          for (let turn = durations[number % durations.length] ?? 0; turn > 0; turn -= 1) await tick();
          if (outages.includes(number)) throw new Unreachable();
          if (batch.some(({ isMalformed }) => isMalformed)) throw new Refused();
          return batch.map(({ wanted }) => {
            if (wanted > left) return 'too little';
            left -= wanted;
            return 'taken';
          });
        },
      });
      const results: Promise<Answer>[] = [];
      for (const each of requests) {
        for (let turn = 0; turn < each.comesAfter; turn += 1) await tick();
        results.push(
          writer.write(each).catch((error) => (error instanceof Unreachable ? 'unreachable' : 'refused')),
        );
      }
      const answers = await Promise.all(results);
      await writer.idle();
      expect(writer.backlog).toBe(0);
      expect({ answers, left }).toEqual(oneByOne(stock, requests, answers));
    }),
  );
});

/** The results of single writes in the same order; requests that found the database unreachable took nothing. */
function oneByOne(
  stock: number,
  requests: readonly Request[],
  given: readonly Answer[],
): { answers: Answer[]; left: number } {
  let left = stock;
  const answers = requests.map(({ wanted, isMalformed }, index): Answer => {
    if (given[index] === 'unreachable') return 'unreachable';
    if (isMalformed) return 'refused';
    if (wanted > left) return 'too little';
    left -= wanted;
    return 'taken';
  });
  return { answers, left };
}
