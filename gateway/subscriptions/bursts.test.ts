/** Many events at once, each completed by another subgraph: all arrive, or the stream ends and says why. */
import { afterEach, expect, test } from 'vitest';
import { type ForeignGateway, startForeignGateway } from '../../tests/support/foreign-gateway.js';
import { FrontEnd } from '../../tests/support/front-end.js';
import { eventually } from '../../tests/support/wait.js';

let under: ForeignGateway;
afterEach(() => under.stop());

interface Event {
  readonly moved: { readonly id: string; readonly weight: number };
}

function emitting(events: readonly object[]): AsyncIterableIterator<unknown> {
  let next = 0;
  let end = (): void => {};
  const ended = new Promise<IteratorResult<unknown>>((resolve) => {
    end = () => resolve({ done: true, value: undefined });
  });
  return {
    next: async () => (next < events.length ? { done: false, value: events[next++] } : ended),
    async return() {
      end();
      return ended;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** A stream that emits so many events in one go, once, and stays open. */
function startWith(count: number): Promise<ForeignGateway> {
  let opened = 0;
  return startForeignGateway({
    parcels: {
      typeDefs: `
        type Query { parcels: Int }
        type Subscription { moved: Parcel! }
        type Parcel @key(fields: "id") { id: ID! }`,
      resolvers: {
        Subscription: {
          moved: {
            subscribe() {
              opened += 1;
              const events =
                opened === 1 ? Array.from({ length: count }, (_, id) => ({ moved: { id: `${id}` } })) : [];
              return emitting(events);
            },
          },
        },
      },
    },
    scales: {
      typeDefs: 'type Parcel @key(fields: "id") { id: ID! weight: Int! }',
      resolvers: {
        Parcel: {
          __resolveReference: (parcel: object) => parcel,
          weight: ({ id }: { id: string }) => Number(id) * 10,
        },
      },
    },
  });
}

test('1,100 events at once all arrive, in order and completed', async () => {
  under = await startWith(1_100);
  const stream = new FrontEnd(under.url).subscribe<Event>('subscription { moved { id weight } }');
  await eventually(() => expect(stream.events).toHaveLength(1_100));
  expect(stream.events.map(({ moved }) => moved.weight)).toEqual(
    Array.from({ length: 1_100 }, (_, n) => n * 10),
  );
  expect(stream.errors).toEqual([]);
  stream.close();
});

test('a stream that falls too far behind its upstream ends with a reason and is not opened again', async () => {
  under = await startWith(20_000);
  const stream = new FrontEnd(under.url).subscribe<Event>('subscription { moved { id weight } }');
  await stream.ended;
  expect(stream.errors).toEqual([expect.stringContaining('faster than')]);
  expect(stream.events.map(({ moved }) => moved.id)).toEqual(stream.events.map((_, n) => String(n)));
});
