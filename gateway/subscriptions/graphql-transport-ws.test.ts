/** The graphql-transport-ws protocol as its document has it, spoken by hand: every close code, every order of messages. */
import { once } from 'node:events';
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { WebSocket } from 'ws';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';
import { eventually } from '../../tests/support/wait.js';
import { Peer } from './testing/peer.js';

let under: ShopGateway;

beforeAll(async () => {
  under = await startShopGateway({ limits: { operations: 3, messageBytes: 10_000 } });
});
afterAll(() => under.stop());

const peers: Peer[] = [];
const peer = (protocols?: string[], url = under.url) => {
  const made = new Peer(url, protocols);
  peers.push(made);
  return made;
};
afterEach(() => {
  for (const each of peers.splice(0)) each.close();
});

describe('The socket is closed', () => {
  it('4400 for what is no message', async () => {
    const ofServers = ['{"type":"connection_ack"}', '{"id":"1","type":"next","payload":{}}'];
    const malformed = ['{', '[]', '{"type":"start"}', '{"type":"subscribe","payload":{}}'];
    for (const nonsense of [...malformed, ...ofServers]) {
      const client = await peer().init();
      client.send(nonsense);
      expect((await client.closed).code).toBe(4400);
    }
  });

  it('4401 for an operation before the connection is acknowledged', async () => {
    const client = await peer().open();
    client.subscribe('1', '{ reviewCount }');
    expect(await client.closed).toEqual({ code: 4401, reason: 'Unauthorized' });
  });

  it('4403 for a token that is not good', async () => {
    for (const authorization of [
      'Bearer nonsense',
      `Bearer ${await under.tokenFor('rina', { secondsLeft: -5 })}`,
    ]) {
      const client = await peer().open();
      client.send({ type: 'connection_init', payload: { authorization } });
      expect(await client.closed).toEqual({ code: 4403, reason: 'Forbidden' });
    }
  });

  it('4406 for another protocol', async () => {
    for (const protocols of [['graphql-ws'], ['mqtt', 'graphql-ws'], []]) {
      expect(await peer(protocols).closed).toEqual({ code: 4406, reason: 'Subprotocol not acceptable' });
    }
  });

  it('4408 when nothing is said at first', async () => {
    const client = await peer().open();
    expect(await client.closed).toEqual({ code: 4408, reason: 'Connection initialisation timeout' });
  });

  it('4409 for an id that is taken', async () => {
    const client = await peer().init();
    client.subscribe('1', 'subscription { priceChanged(id: "1") { id } }');
    client.subscribe('1', 'subscription { priceChanged(id: "2") { id } }');
    expect(await client.closed).toEqual({ code: 4409, reason: 'Subscriber for 1 already exists' });
    await eventually(() => expect(under.shop.listeners()).toBe(0));
  });

  it('4409 for an id that is taken, however long it is', async () => {
    const client = await peer().init();
    const id = 'é'.repeat(200);
    for (const _time of ['first', 'second'])
      client.subscribe(id, 'subscription { priceChanged(id: "1") { id } }');
    expect((await client.closed).code).toBe(4409);
  });

  it('4429 for a second connection_init', async () => {
    const client = await peer().init();
    client.send({ type: 'connection_init' });
    expect(await client.closed).toEqual({ code: 4429, reason: 'Too many initialisation requests' });
  });

  it('1009 for a message that is too large', async () => {
    const client = await peer().init();
    client.subscribe('1', `{ reviewCount } ${'#'.repeat(20_000)}`);
    expect((await client.closed).code).toBe(1009);
  });

  it('4403 when the token ends: not before, and ahead of one that ends a second later', async () => {
    const closed: string[] = [];
    const open = async (name: string, secondsLeft: number) => {
      const token = await under.tokenFor('rina', { secondsLeft });
      const client = await peer().init({ Authorization: `Bearer ${token}` });
      client.subscribe('1', 'subscription { myTicks }');
      const { exp = 0 } = decodeJwt(token);
      const end = client.closed.then(({ code }) => {
        closed.push(name);
        return { code, isEarly: Date.now() < exp * 1_000 };
      });
      return { end };
    };
    const [later, sooner] = [await open('later', 6), await open('sooner', 5)];
    await eventually(() => expect(under.shop.listeners()).toBe(1));
    expect(await sooner.end).toEqual({ code: 4403, isEarly: false });
    expect(closed).toEqual(['sooner']);
    expect(await later.end).toEqual({ code: 4403, isEarly: false });
    await eventually(() => expect(under.shop.listeners()).toBe(0));
  });
});

describe('The authorization in connection_init', () => {
  it.each([
    ['at the top', (value: string) => ({ authorization: value })],
    ['at the top, in capitals', (value: string) => ({ Authorization: value })],
    ['among headers', (value: string) => ({ headers: { authorization: value } })],
    ['among headers, in capitals', (value: string) => ({ headers: { Authorization: value } })],
  ])('counts %s', async (_where, payloadOf) => {
    const client = await peer().init(payloadOf(`Bearer ${await under.tokenFor('rina')}`));
    client.subscribe('1', '{ mine }');
    const { payload } = await client.next(({ id }) => id === '1');
    expect(payload).not.toHaveProperty('errors');
    const refused = await peer().open();
    refused.send({ type: 'connection_init', payload: payloadOf('Bearer nonsense') });
    expect((await refused.closed).code).toBe(4403);
  });
});

describe('An operation', () => {
  it('that does not parse or is not valid is answered with error, and the socket stays open', async () => {
    const client = await peer().init();
    client.subscribe('1', 'subscription {');
    client.subscribe('2', '{ nothing }');
    client.subscribe('3', '{ reviewCount }');
    await client.next(({ id, type }) => id === '3' && type === 'complete');
    for (const id of ['1', '2']) {
      expect(client.of(id)).toEqual([
        { id, type: 'error', payload: [expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } })] },
      ]);
    }
    expect(client.of('3')).toEqual([
      { id: '3', type: 'next', payload: { data: { reviewCount: 2 } } },
      { id: '3', type: 'complete' },
    ]);
  });

  it('whose variables do not fit opens nothing', async () => {
    const client = await peer().init();
    client.subscribe('1', 'subscription ($id: ID!) { priceChanged(id: $id) { id } }', { variables: {} });
    const { type, payload } = await client.next(({ id }) => id === '1');
    expect([type, payload]).toEqual([
      'error',
      [expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } })],
    ]);
    expect(under.shop.listeners()).toBe(0);
  });

  it('is picked by its name', async () => {
    const client = await peer().init();
    const query = 'query A { a: reviewCount } query B { b: reviewCount }';
    client.subscribe('1', query, { operationName: 'B' });
    client.subscribe('2', query, { operationName: 'C' });
    expect((await client.next(({ id }) => id === '1')).payload).toEqual({ data: { b: 2 } });
    expect((await client.next(({ id }) => id === '2')).type).toBe('error');
  });

  it('that the client completes ends upstream, and sends nothing more', async () => {
    const client = await peer().init();
    client.subscribe('1', 'subscription { priceChanged(id: "1") { id } }');
    await client.next(({ type }) => type === 'next');
    client.send({ id: '1', type: 'complete' });
    await eventually(() => expect(under.shop.listeners()).toBe(0));
    under.shop.reprice('1', 5);
    client.subscribe('1', '{ reviewCount }');
    await client.next(({ type }) => type === 'complete');
    expect(client.of('1').map(({ type }) => type)).toEqual(['next', 'next', 'complete']);
  });

  it('beyond the bound of a socket is refused, and the others go on', async () => {
    const client = await peer().init();
    for (const id of ['1', '2', '3', '4'])
      client.subscribe(id, 'subscription { priceChanged(id: "1") { id } }');
    const refused = await client.next(({ type }) => type === 'error');
    expect(refused).toMatchObject({ id: '4', payload: [{ extensions: { code: 'RATE_LIMITED' } }] });
    await eventually(() => expect(client.received.filter(({ type }) => type === 'next')).toHaveLength(3));
  });
});

test('a ping is answered with a pong that carries its payload, before and after the handshake', async () => {
  const client = await peer().open();
  client.send({ type: 'ping', payload: { n: 1 } });
  await client.next(({ type }) => type === 'pong');
  client.send({ type: 'connection_init' });
  await client.next(({ type }) => type === 'connection_ack');
  client.send({ type: 'ping' });
  await eventually(() => expect(client.received.at(-1)).toEqual({ type: 'pong' }));
  expect(client.received[0]).toEqual({ type: 'pong', payload: { n: 1 } });
});

test('another path has no socket', async () => {
  const socket = new WebSocket(`${under.url.replace('http', 'ws')}/other`, 'graphql-transport-ws');
  const [error] = await once(socket, 'error');
  expect(String(error)).toContain('404');
});

test('a gateway that stops closes its sockets with 1001 and ends what is open upstream', async () => {
  const stopping = await startShopGateway();
  const socket = new WebSocket(stopping.url.replace('http', 'ws'), 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  socket.send(
    JSON.stringify({
      id: '1',
      type: 'subscribe',
      payload: { query: 'subscription { priceChanged(id: "1") { id } }' },
    }),
  );
  await once(socket, 'message');
  const closed = once(socket, 'close');
  await stopping.stop();
  expect((await closed)[0]).toBe(1001);
  await eventually(() => expect(stopping.shop.listeners()).toBe(0));
});

test('a client that does not read is closed, and no other waits for it', async () => {
  const slow = await peer().init();
  const fields = Array.from({ length: 90 }, (_, n) => `f${n}: name`).join(' ');
  for (const id of ['1', '2', '3'])
    slow.subscribe(id, `subscription { p${id}: priceChanged(id: "1") { ${fields} } }`);
  await eventually(() => expect(under.shop.listeners()).toBe(3));
  const quick = await peer().init();
  quick.subscribe('1', 'subscription { priceChanged(id: "1") { price } }');
  await quick.next(({ type }) => type === 'next');
  slow.stall();
  let price = 0;
  await eventually(async () => {
    for (let burst = 0; burst < 200; burst += 1) under.shop.reprice('1', ++price);
    await quick.next(({ payload }) => JSON.stringify(payload ?? null).includes(`:${price}}`));
    quick.received.length = 0;
    expect(under.shop.listeners()).toBe(1);
  });
});

test('a slow reader of levels skips outdated events, stays connected and gets the latest state', async () => {
  const levels = await startShopGateway({ conflatedSubscriptions: ['priceChanged'] });
  const slow = await peer(undefined, levels.url).init();
  const fields = Array.from({ length: 90 }, (_, n) => `f${n}: name`).join(' ');
  slow.subscribe('1', `subscription { priceChanged(id: "1") { price ${fields} } }`);
  await slow.next(({ type }) => type === 'next');
  slow.stall();
  let price = 0;
  await eventually(() => {
    for (let burst = 0; burst < 200; burst += 1) levels.shop.reprice('1', ++price);
    expect(levels.shop.listeners()).toBe(0);
  });
  levels.shop.reprice('1', ++price);
  slow.goOn();
  await slow.next(({ payload }) => JSON.stringify(payload ?? null).includes(`"price":${price},`));
  expect(slow.of('1').length).toBeLessThan(price);
  expect(levels.shop.listeners()).toBe(1);
  slow.close();
  await levels.stop();
});
