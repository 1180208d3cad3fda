/** A socket that was opened by an access token goes on by the next one, which its client sends in a `ping`. */
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../platform/identity/identity.js';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';
import { eventually } from '../../tests/support/wait.js';
import { Peer } from './testing/peer.js';

let under: ShopGateway;
const peers: Peer[] = [];

beforeAll(async () => {
  under = await startShopGateway();
});
afterEach(() => {
  for (const each of peers.splice(0)) each.close();
});
afterAll(() => under.stop());

const bearer = async (person: string, secondsLeft = 3_600, roles: readonly Role[] = []) =>
  `Bearer ${await under.tokenFor(person, { secondsLeft, roles })}`;

async function open(authorization?: string, url = under.url): Promise<Peer> {
  const client = new Peer(url);
  peers.push(client);
  return client.init(authorization === undefined ? undefined : { authorization });
}

const ping = (client: Peer, authorization: string) =>
  client.send({ type: 'ping', payload: { authorization } });
const pongs = ({ received }: Peer) => received.filter(({ type }) => type === 'pong');

describe('a ping with the next access token', () => {
  it('has the socket and its streams go on, and is answered with when that expires', async () => {
    const client = await open(await bearer('rina', 3));
    client.subscribe('1', 'subscription { myTicks }');
    await eventually(() => expect(under.shop.listeners()).toBe(1));
    const former = await bearer('rina', 3);
    const next = await bearer('rina');
    ping(client, former);
    ping(client, next);
    await eventually(() => expect(pongs(client)).toHaveLength(2));
    const expiries = [former, next].map((token) => {
      const { exp = 0 } = decodeJwt(token.slice('Bearer '.length));
      return { type: 'pong', payload: { expiresAt: new Date(exp * 1_000).toISOString() } };
    });
    expect(pongs(client)).toEqual(expiries);
    expect(JSON.stringify(client.received)).not.toContain(next);
    const ended = new Date(String(expiries[0]?.payload.expiresAt)).getTime();
    await eventually(() => expect(Date.now()).toBeGreaterThan(ended + 500));
    under.shop.tick(7);
    const { payload } = await client.next(({ id }) => id === '1');
    expect(payload).toEqual({ data: { myTicks: 7 } });
  });

  it('is accepted among headers, as connection_init is', async () => {
    const client = await open(await bearer('rina'));
    client.send({ type: 'ping', payload: { headers: { Authorization: await bearer('rina') } } });
    await eventually(() => expect(pongs(client)[0]?.payload).toHaveProperty('expiresAt'));
  });

  it('closes the socket with 4403 where the token is another person’s', async () => {
    for (const opened of [await bearer('rina'), undefined]) {
      const client = await open(opened);
      ping(client, await bearer('sari'));
      expect(await client.closed).toEqual({ code: 4403, reason: "The access token is another person's" });
    }
  });

  it('closes the socket with 4401 where the token is invalid', async () => {
    for (const invalid of ['Bearer nonsense', 'Basic cmluYTprZWRhaQ==', '', await bearer('rina', -60)]) {
      const client = await open(await bearer('rina'));
      ping(client, invalid);
      expect((await client.closed).code).toBe(4401);
      expect(pongs(client)).toEqual([]);
    }
  });

  it('closes a socket that was not acknowledged with 4401', async () => {
    const client = await new Peer(under.url).open();
    ping(client, await bearer('rina'));
    expect(await client.closed).toEqual({ code: 4401, reason: 'Unauthorized' });
  });

  it('ends the streams that the token may not have, and lets the others go on', async () => {
    const client = await open(await bearer('rina', 3_600, ['BARISTA']));
    client.subscribe('shift', 'subscription { shiftTicks }');
    client.subscribe('own', 'subscription { myTicks }');
    client.subscribe('price', 'subscription { priceChanged(id: "1") { id margin } }');
    await eventually(() => expect(under.shop.listeners()).toBe(3));
    expect((await client.next(({ id }) => id === 'price')).payload).toEqual({
      data: { priceChanged: { id: '1', margin: 5 } },
    });
    ping(client, await bearer('rina'));
    const { type, payload } = await client.next(({ id }) => id === 'shift');
    expect([type, payload]).toMatchObject(['error', [{ extensions: { code: 'FORBIDDEN' } }]]);
    await eventually(() =>
      expect(client.of('price').at(-1)?.payload).toMatchObject({
        data: { priceChanged: { id: '1', margin: null } },
        errors: [{ extensions: { code: 'FORBIDDEN' } }],
      }),
    );
    await eventually(() => {
      under.shop.tick(8);
      expect(client.of('own').at(-1)?.payload).toEqual({ data: { myTicks: 8 } });
    });
    expect(under.shop.listeners()).toBe(2);
  });
});

describe('a ping without a token', () => {
  it('is answered with what it carries', async () => {
    const client = await open(await bearer('rina'));
    client.send({ type: 'ping', payload: { at: 1 } });
    client.send({ type: 'ping' });
    await eventually(() => expect(pongs(client)).toHaveLength(2));
    expect(pongs(client)).toEqual([{ type: 'pong', payload: { at: 1 } }, { type: 'pong' }]);
  });

  it('is any where tokens are not verified here', async () => {
    const other = await startShopGateway({ signIn: undefined });
    const client = await open(undefined, other.url);
    ping(client, 'Bearer anything');
    await eventually(() =>
      expect(pongs(client)).toEqual([{ type: 'pong', payload: { authorization: 'Bearer anything' } }]),
    );
    await other.stop();
  });
});
