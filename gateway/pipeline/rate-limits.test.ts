/** Limits over time, of one gateway and of a fleet. */
import { createHash } from 'node:crypto';
import { createClient } from 'graphql-ws';
import { Agent, request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { WebSocket } from 'ws';
import { createLog } from '../../platform/log.js';
import type { Platform } from '../../platform/platform.js';
import { describeOnBothBackends } from '../../tests/support/platform.js';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';
import { eventually } from '../../tests/support/wait.js';
import { RateLimiter } from './rate-limiter.js';
import { ALONE, openCounter } from './shared-counters.js';

const log = createLog('silent');

interface From {
  readonly token?: string;
  /** Loopback addresses are many. */
  readonly address?: string;
  readonly query?: string;
  readonly headers?: Record<string, string>;
}

const agents: Agent[] = [];

async function ask(
  under: ShopGateway,
  { token, address, query = '{ reviewCount }', headers = {} }: From = {},
) {
  const agent = new Agent(address === undefined ? {} : { localAddress: address });
  agents.push(agent);
  const answer = await request(under.url, {
    method: 'POST',
    dispatcher: agent,
    headers: {
      'content-type': 'application/json',
      ...headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
  });
  const body: { errors?: { extensions: { code: string } }[] } = JSON.parse(await answer.body.text());
  return {
    status: answer.statusCode,
    headers: answer.headers,
    codes: body.errors?.map(({ extensions }) => extensions.code),
  };
}

describe('A gateway with a limit', () => {
  let under: ShopGateway;
  afterEach(async () => {
    await under.stop();
    for (const agent of agents.splice(0)) await agent.close();
  });

  /** As many requests as are refused for the first time, and that answer. */
  async function untilRefused(from: From, most = 50) {
    for (let asked = 0; asked < most; asked += 1) {
      const answer = await ask(under, from);
      if (answer.status !== 200) return { asked, ...answer };
    }
    throw new Error(`${most} requests were let through`);
  }

  it('refuses an address above its rate, with Retry-After', async () => {
    under = await startShopGateway({ rateLimits: { requestsPerSecond: 1, windowSeconds: 20 } });
    const refused = await untilRefused({});
    expect(refused.asked).toBe(20);
    expect([refused.status, refused.codes]).toEqual([429, ['RATE_LIMITED']]);
    expect(refused.headers).toMatchObject({ 'ratelimit-limit': '20', 'ratelimit-remaining': '0' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask(under, { address: '127.0.0.2' })).status).toBe(200);
  });

  it('lets it in again later', async () => {
    under = await startShopGateway({ rateLimits: { requestsPerSecond: 2 } });
    expect((await untilRefused({})).status).toBe(429);
    await eventually(async () => expect((await ask(under)).status).toBe(200));
  });

  it('refuses a person, however many addresses the requests come from', async () => {
    under = await startShopGateway({ rateLimits: { requestsPerSecond: 1, windowSeconds: 20 } });
    const token = await under.tokenFor('rina');
    for (let sent = 0; sent < 20; sent += 1) {
      expect((await ask(under, { token, address: `127.0.1.${sent % 4}` })).status).toBe(200);
    }
    expect((await ask(under, { token, address: '127.0.1.9' })).status).toBe(429);
    const other = await under.tokenFor('sari');
    expect((await ask(under, { token: other, address: '127.0.1.9' })).status).toBe(200);
  });

  it('counts tokens that are not good, too', async () => {
    under = await startShopGateway({ rateLimits: { requestsPerSecond: 1, windowSeconds: 10 } });
    const statuses: number[] = [];
    for (let sent = 0; sent < 11; sent += 1) statuses.push((await ask(under, { token: 'nonsense' })).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
  });

  it('counts what operations may cost', async () => {
    under = await startShopGateway({ rateLimits: { costPerSecond: 100 } });
    const query = '{ products(first: 100) { related(first: 4) { id } } }';
    const refused = await untilRefused({ query });
    expect([refused.asked, refused.status, refused.codes]).toEqual([2, 429, ['RATE_LIMITED']]);
    expect((await ask(under)).status).toBe(200);
  });

  it('refuses a GET and a persisted query with the same status and headers', async () => {
    under = await startShopGateway({ rateLimits: { costPerSecond: 1 } });
    const query = '{ products(first: 100) { id } }';
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    const persisted = JSON.stringify({ query, extensions: { persistedQuery: { version: 1, sha256Hash } } });
    const type = { 'content-type': 'application/json' };
    for (const refused of [
      await fetch(`${under.url}?${new URLSearchParams({ query })}`, { headers: type }),
      await fetch(under.url, { method: 'POST', headers: type, body: persisted }),
    ]) {
      expect(refused.status).toBe(429);
      expect(refused.headers.get('ratelimit-limit')).toBe('10');
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await refused.json()).toEqual({
        errors: [{ message: 'Too many requests', extensions: { code: 'RATE_LIMITED' } }],
      });
    }
  });

  it('counts the operations of a socket', async () => {
    under = await startShopGateway({ rateLimits: { requestsPerSecond: 1, windowSeconds: 10 } });
    const client = createClient({
      url: under.url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      lazyCloseTimeout: 60_000,
      retryAttempts: 0,
    });
    const answers: string[] = [];
    for (let sent = 0; sent < 10; sent += 1) {
      try {
        for await (const answer of client.iterate({ query: '{ reviewCount }' }))
          answers.push(JSON.stringify(answer));
      } catch (error) {
        answers.push(JSON.stringify(error));
      }
    }
    expect(answers.slice(0, 9)).toEqual(Array.from({ length: 9 }, () => '{"data":{"reviewCount":2}}'));
    expect(answers[9]).toContain('RATE_LIMITED');
    await client.dispose();
  });

  it("trusts the client's address from its own proxy alone", async () => {
    under = await startShopGateway({
      rateLimits: { requestsPerSecond: 0.2, windowSeconds: 20 },
      trustedProxies: 1,
    });
    const through = (client: string) => ask(under, { headers: { 'x-forwarded-for': `1.2.3.4, ${client}` } });
    for (let sent = 0; sent < 4; sent += 1) expect((await through('5.6.7.8')).status).toBe(200);
    expect((await through('5.6.7.8')).status).toBe(429);
    expect((await through('5.6.7.9')).status).toBe(200);
    await under.stop();
    under = await startShopGateway({ rateLimits: { requestsPerSecond: 0.2, windowSeconds: 20 } });
    for (let sent = 0; sent < 4; sent += 1) expect((await through(`5.6.7.${sent}`)).status).toBe(200);
    expect((await through('5.6.7.9')).status).toBe(429);
  });
});

test('without a limit no request is refused', async () => {
  const under = await startShopGateway();
  for (let sent = 0; sent < 50; sent += 1) expect((await ask(under)).status).toBe(200);
  for (const agent of agents.splice(0)) await agent.close();
  await under.stop();
});

const windowOf = async (stores: Parameters<typeof openCounter>[0], points = 100) =>
  new RateLimiter({
    points,
    seconds: 60,
    shared: await openCounter(stores, { name: 'test', points, duration: 60 }, log),
    log,
  });

describeOnBothBackends('The limits of a fleet', (under) => {
  let other: Platform;
  let gateways: RateLimiter[];

  beforeAll(async () => {
    other = await under.another();
    gateways = [await windowOf(under.platform), await windowOf(other)];
  });
  afterAll(async () => {
    for (const gateway of gateways) gateway.close();
    await other.close();
  });

  it('are one', async () => {
    const [one, another] = gateways;
    for (let taken = 0; taken < 60; taken += 1) expect(one?.take('rina').isAllowed).toBe(true);
    await eventually(() => {
      another?.take('rina');
      expect(one?.take('rina', 1_000)).toMatchObject({ isAllowed: false, remaining: 0 });
    });
    expect(another?.take('rina', 1_000).remaining).toBeLessThan(40);
    expect(one?.take('sari')).toMatchObject({ isAllowed: true, remaining: 99 });
  });
});

test('a store that is away refuses no request', async () => {
  const counter = await openCounter(ALONE, { name: 'test', points: 5, duration: 60 }, log);
  counter.penalty = () => Promise.reject(new Error('away'));
  const limiter = new RateLimiter({ points: 5, seconds: 60, shared: counter, log });
  for (let taken = 0; taken < 5; taken += 1) expect(limiter.take('rina').isAllowed).toBe(true);
  expect(limiter.take('rina').isAllowed).toBe(false);
  limiter.close();
});
