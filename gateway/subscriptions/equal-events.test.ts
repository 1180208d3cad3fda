/** Events whose text is equal are different events: a late joiner's move to the shared upstream loses and repeats none. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AsyncQueue } from '../../platform/kit/async-queue.js';
import { type ForeignGateway, startForeignGateway } from '../../tests/support/foreign-gateway.js';
import { FrontEnd, type Stream } from '../../tests/support/front-end.js';
import { eventually } from '../../tests/support/wait.js';

let under: ForeignGateway;
const upstreams = new Set<AsyncQueue<object>>();
/** How long the answer to the nth entity request is held back. */
let delayOf: (request: number) => number;

beforeEach(async () => {
  let requests = 0;
  delayOf = () => 0;
  upstreams.clear();
  under = await startForeignGateway({
    hearts: {
      typeDefs: `
        type Query { hearts: Int }
        type Subscription { beat: Heart! }
        type Heart @key(fields: "id") { id: ID! }`,
      resolvers: {
        Subscription: {
          beat: {
            subscribe() {
              const queue: AsyncQueue<object> = new AsyncQueue({
                overflow: { kind: 'fail', error: () => new Error('too far behind') },
                onReturn: () => upstreams.delete(queue),
              });
              upstreams.add(queue);
              queue.push({ beat: { id: 'snapshot' } });
              return queue;
            },
          },
        },
      },
    },
    monitors: {
      typeDefs: 'type Heart @key(fields: "id") { id: ID! isBeating: Boolean }',
      resolvers: {
        Heart: {
          async __resolveReference(heart: object) {
            requests += 1;
            await sleep(delayOf(requests));
            return heart;
          },
          isBeating: () => true,
        },
      },
    },
  });
});
afterEach(() => under.stop());

interface Event {
  readonly beat: { readonly id: string };
}

const listen = () => new FrontEnd(under.url).subscribe<Event>('subscription { beat { id isBeating } }');
const beats = ({ events }: Stream<Event>) => events.map(({ beat }) => beat.id);
const emit = (id: string) => {
  for (const queue of upstreams) queue.push({ beat: { id } });
};

async function firstAndLateJoiner(): Promise<readonly [Stream<Event>, Stream<Event>]> {
  const first = listen();
  await eventually(() => expect(beats(first)).toEqual(['snapshot']));
  const late = listen();
  await eventually(() => expect(beats(late)).toEqual(['snapshot']));
  return [first, late];
}

test.each([
  ['equal', (_beat: number) => 'beat'],
  ['alternating', (beat: number) => (beat % 2 === 0 ? 'tick' : 'tock')],
])('13 %s events reach everybody, though the late joiner lags by some of them', async (_what, textOf) => {
  const [first, late] = await firstAndLateJoiner();
  // Of two equal requests for an event the late joiner's is the second.
  delayOf = (request) => (request % 2 === 0 ? 400 : 0);
  const sent: string[] = [];
  for (let beat = 0; beat < 13; beat += 1) {
    sent.push(textOf(beat));
    emit(textOf(beat));
    await sleep(150);
  }
  for (const stream of [first, late])
    await eventually(() => expect(beats(stream)).toEqual(['snapshot', ...sent]));
  await eventually(() => expect(upstreams.size).toBe(1));
  emit('last');
  for (const stream of [first, late]) {
    await eventually(() => expect(beats(stream)).toEqual(['snapshot', ...sent, 'last']));
    stream.close();
  }
});

test('an event that is still being completed is neither lost nor repeated, however long it takes', async () => {
  const [first, late] = await firstAndLateJoiner();
  await sleep(700);
  delayOf = (request) => (request % 2 === 1 ? 2_500 : 0);
  emit('slow');
  for (const stream of [first, late])
    await eventually(() => expect(beats(stream)).toEqual(['snapshot', 'slow']));
  delayOf = () => 0;
  await eventually(() => expect(upstreams.size).toBe(1));
  emit('last');
  for (const stream of [first, late]) {
    await eventually(() => expect(beats(stream)).toEqual(['snapshot', 'slow', 'last']));
    stream.close();
  }
});
