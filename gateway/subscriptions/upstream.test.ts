/** Streams whose upstream fails, refuses or does not keep to the protocol, as a client of the gateway sees them. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FrontEnd, type Stream } from '../../tests/support/front-end.js';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';
import { eventually } from '../../tests/support/wait.js';
import { type Script, ScriptedUpstream, type Subscribed } from '../clients/testing/scripted-upstream.js';

let upstream: ScriptedUpstream;
let under: ShopGateway;
const stops: (() => unknown)[] = [];

beforeEach(() => {
  stops.length = 0;
});
afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
});

async function start(script: Script): Promise<void> {
  upstream = await ScriptedUpstream.start(script);
  under = await startShopGateway({ subgraphs: new Map([['catalogue', { url: upstream.url }]]) });
  stops.push(
    () => upstream.stop(),
    () => under.stop(),
  );
}

interface Event {
  readonly priceChanged: { readonly price: number };
}

/** Streams of one `as` share an upstream. */
function listen(as = 'priceChanged', client = new FrontEnd(under.url)): Stream<Event> {
  const stream = client.subscribe<Event>(`subscription { ${as}: priceChanged(id: "1") { price } }`);
  stops.push(() => stream.close());
  return stream;
}

const priced = (price: number) => ({ priceChanged: { price } });

describe('An upstream that ends its stream with an error after the first event', () => {
  const failing: Record<string, (subscribed: Subscribed) => void> = {
    'by a message': ({ id, send }) => send({ id, type: 'error', payload: [{ message: 'broken' }] }),
    'by a message with a code': ({ id, send }) =>
      send({
        id,
        type: 'error',
        payload: [{ message: 'broken', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
      }),
    'by a message that is no list': ({ id, send }) =>
      send({ id, type: 'error', payload: { message: 'broken' } }),
    'by closing with 4500': ({ socket }) => socket.close(4500, 'Internal server error'),
    'by closing with 1011': ({ socket }) => socket.close(1011),
    'by an event that is no answer': ({ id, send }) => send({ id, type: 'next', payload: { data: 5 } }),
    'by what is not JSON': ({ send }) => send('{'),
    'by a message of no protocol': ({ send }) => send({ type: 'data' }),
  };
  test.each(Object.entries(failing))('%s: one error, the end, and no other attempt', async (_how, fail) => {
    await start({
      subscribe(subscribed) {
        subscribed.next(priced(1));
        fail(subscribed);
      },
    });
    const stream = listen();
    await stream.ended;
    expect(stream.events).toEqual([priced(1)]);
    expect(stream.errors).toHaveLength(1);
    expect(upstream.subscribed).toHaveLength(1);
  });
});

test.each([1000, 1001, 1012, 4408, 'without a word'] as const)(
  'an upstream that closes with %s is opened again after pauses that grow, whatever it sent in between',
  async (code) => {
    const openedAt: number[] = [];
    await start({
      subscribe({ next, socket }) {
        openedAt.push(performance.now());
        next(priced(openedAt.length));
        if (typeof code === 'number') socket.close(code);
        else setImmediate(() => socket.terminate());
      },
    });
    const stream = listen();
    await eventually(() => expect(openedAt.length).toBeGreaterThan(4));
    const pauses = openedAt.slice(1).map((at, index) => at - (openedAt[index] ?? 0));
    expect(pauses[3]).toBeGreaterThan(pauses[0] ?? 0);
    expect(stream.errors).toEqual([]);
  },
);

describe('An upstream that refuses the subscriber', () => {
  /** What the gateway had sent by then, too: how many subscriptions. */
  const refusals: [how: string, code: string, subscriptions: number, Script][] = [
    ['401 at the upgrade', 'UNAUTHENTICATED', 0, { refusal: () => 401 }],
    ['403 at the upgrade', 'FORBIDDEN', 0, { refusal: () => 403 }],
    ['4401 at connection_init', 'UNAUTHENTICATED', 0, { init: (socket) => socket.close(4401) }],
    ['4403 at connection_init', 'FORBIDDEN', 0, { init: (socket) => socket.close(4403) }],
    ['4403 at subscribe', 'FORBIDDEN', 1, { subscribe: ({ socket }) => socket.close(4403) }],
    [
      '4403 in the middle',
      'FORBIDDEN',
      1,
      {
        subscribe({ next, socket }) {
          next(priced(1));
          socket.close(4403);
        },
      },
    ],
  ];
  test.each(refusals)('%s is %s to the client, once', async (_how, code, subscriptions, script) => {
    await start(script);
    const stream = listen();
    await stream.ended;
    expect(stream.errors).toEqual([expect.stringContaining(code)]);
    expect(upstream.attempts).toBe(1);
    expect(upstream.subscribed).toHaveLength(subscriptions);
  });

  test('after a restart, too: it is not tried again', async () => {
    let status: number | undefined;
    await start({
      refusal: () => status,
      subscribe({ next, socket }) {
        next(priced(1));
        status = 401;
        socket.close(1012);
      },
    });
    const stream = listen();
    await stream.ended;
    expect(stream.errors).toEqual([expect.stringContaining('UNAUTHENTICATED')]);
    expect(upstream.connections).toBe(1);
    expect(upstream.attempts).toBe(2);
  });
});

describe('Streams that share a connection with one that breaks it', () => {
  const HUGE = 'x'.repeat(17 * 2 ** 20);

  test('are not touched where an event is larger than 16 MB: that stream alone ends', async () => {
    await start({});
    const [bystander, guilty] = [listen('bystander'), listen('guilty')];
    await eventually(() => expect(upstream.subscribed).toHaveLength(2));
    const of = (name: string) => upstream.subscribed.find(({ query }) => query.includes(name));
    of('bystander')?.next({ bystander: { price: 1 } });
    of('guilty')?.next({ guilty: { price: 1, HUGE } });
    await guilty.ended;
    expect(guilty.errors).toEqual([expect.stringContaining('SUBGRAPH_UNAVAILABLE')]);
    expect(upstream.completed).toEqual([of('guilty')?.id]);
    of('bystander')?.next({ bystander: { price: 2 } });
    await eventually(() => expect(bystander.events).toHaveLength(2));
    expect(bystander.errors).toEqual([]);
    expect(upstream.subscribed).toHaveLength(2);
  });

  test('go on where the one at fault is unknown, and that one ends', async () => {
    await start({
      subscribe({ query, next, socket }) {
        if (query.includes('bystander')) next({ bystander: { price: 1 } });
        else if (upstream.subscribed.length > 1) socket.close(4500);
      },
    });
    const bystander = listen('bystander');
    await eventually(() => expect(bystander.events).toHaveLength(1));
    const guilty = listen('guilty');
    await guilty.ended;
    expect(guilty.errors).toHaveLength(1);
    await eventually(() => expect(upstream.openConnections).toBe(1));
    upstream.subscribed
      .findLast(({ query }) => query.includes('bystander'))
      ?.next({ bystander: { price: 2 } });
    await eventually(() => expect(bystander.events.at(-1)).toEqual({ bystander: { price: 2 } }));
    expect(bystander.errors).toEqual([]);
  });
});

test.each([
  ['and completes at once is a refusal', true],
  ['and leaves the stream open is an event that failed', false],
])('a first answer without data %s', async (_what, isCompleted) => {
  await start({
    subscribe({ id, send, next }) {
      send({ id, type: 'next', payload: { errors: [{ message: 'no', extensions: { code: 'NOT_FOUND' } }] } });
      if (isCompleted) send({ id, type: 'complete' });
      else setTimeout(() => next(priced(2)), 500);
    },
  });
  const stream = listen();
  await eventually(() => expect(stream.errors).toHaveLength(1));
  if (isCompleted) {
    await stream.ended;
    expect(stream.errors).toEqual([expect.stringContaining('NOT_FOUND')]);
  } else {
    await eventually(() => expect(stream.events).toEqual([priced(2)]));
    expect(stream.errors).toEqual(['no']);
  }
});

describe('An upstream that does not keep to the protocol', () => {
  test('and sends after the end is not listened to', async () => {
    await start({
      subscribe({ id, next, send }) {
        next(priced(1));
        send({ id, type: 'complete' });
        send({ id, type: 'error', payload: [{ message: 'late' }] });
        next(priced(2));
      },
    });
    const stream = listen();
    await stream.ended;
    expect([stream.events, stream.errors]).toEqual([[priced(1)], []]);
  });

  test('and completes at once is a stream without events', async () => {
    await start({ subscribe: ({ id, send }) => send({ id, type: 'complete' }) });
    const stream = listen();
    await stream.ended;
    expect([stream.events, stream.errors]).toEqual([[], []]);
  });

  test.each([
    ['speaks another subprotocol', { protocol: 'graphql-ws' }],
    ['speaks none', { protocol: false }],
    ['acknowledges nothing', { init: () => {} }],
    ['answers the upgrade with 404', { refusal: () => 404 }],
  ] satisfies [string, Script][])('and %s is unavailable', async (_how, script) => {
    await start(script);
    const stream = listen();
    await stream.ended;
    expect(stream.errors).toEqual([expect.stringContaining('SUBGRAPH_UNAVAILABLE')]);
  });

  test('and puts a byte-order mark before its JSON is understood', async () => {
    await start({
      subscribe({ id, send }) {
        send(`\uFEFF${JSON.stringify({ id, type: 'next', payload: { data: priced(1) } })}`);
        send({ id, type: 'complete' });
      },
    });
    const stream = listen();
    await stream.ended;
    expect([stream.events, stream.errors]).toEqual([[priced(1)], []]);
  });

  test('and pings is answered with its payload, also before the acknowledgement', async () => {
    const pongs: unknown[] = [];
    await start({
      init(socket) {
        socket.on('message', (data) => {
          const message = JSON.parse(String(data));
          if (message.type === 'pong') pongs.push(message.payload);
        });
        socket.send('{"type":"ping","payload":{"n":1}}');
        socket.send('{"type":"connection_ack"}');
        socket.send('{"type":"ping"}');
      },
    });
    listen();
    await eventually(() => expect(pongs).toEqual([{ n: 1 }, undefined]));
  });

  test.each([
    ['of large integers is answered', '{"n":9007199254740993}'],
    ['that nests too deeply fails the stream alone', `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`],
  ])('and pings with a payload %s', async (_what, payload) => {
    const pongs: string[] = [];
    await start({
      init(socket) {
        socket.on('message', (data) => pongs.push(String(data)));
        socket.on('close', (code) => pongs.push(String(code)));
        socket.send('{"type":"connection_ack"}');
        socket.send(`{"type":"ping","payload":${payload}}`);
      },
    });
    listen();
    const expected = payload.length > 100 ? '4004' : `{"type":"pong","payload":${payload}}`;
    await eventually(() => expect(pongs).toContain(expected));
    expect(await new FrontEnd(under.url).execute('{ __typename }')).toEqual({ __typename: 'Query' });
  });
});
