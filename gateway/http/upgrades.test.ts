/** Which requests become WebSockets. */
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';
import { eventually } from '../../tests/support/wait.js';

let under: ShopGateway;
afterEach(() => under.stop());

interface Page {
  readonly origin?: string;
  readonly headers?: Record<string, string>;
}

/** The status of the handshake: 101 for a socket. */
async function statusFor({ origin, headers = {} }: Page = {}): Promise<number | undefined> {
  const socket = new WebSocket(under.url.replace('http', 'ws'), 'graphql-transport-ws', {
    headers,
    ...(origin === undefined ? {} : { origin }),
  });
  const status = await new Promise<number | undefined>((resolve, reject) => {
    socket.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode));
    socket.once('open', () => resolve(101));
    socket.once('error', reject);
  });
  socket.removeAllListeners('error').on('error', () => {});
  socket.terminate();
  return status;
}

describe('A page of another origin', () => {
  it('has no socket where it may not call', async () => {
    under = await startShopGateway({ corsOrigins: ['https://shop.test'] });
    expect(await statusFor({ origin: 'https://elsewhere.test' })).toBe(403);
    expect(await statusFor({ origin: 'null' })).toBe(403);
    expect(await statusFor({ origin: 'https://shop.test' })).toBe(101);
  });

  it('has one where every page may call', async () => {
    under = await startShopGateway({ corsOrigins: ['*'] });
    expect(await statusFor({ origin: 'https://elsewhere.test' })).toBe(101);
  });
});

it('A page of the gateway’s own has a socket, and so has a program', async () => {
  under = await startShopGateway({ corsOrigins: [] });
  expect(await statusFor({ origin: new URL(under.url).origin })).toBe(101);
  expect(await statusFor()).toBe(101);
});

it('A page is the gateway’s own by the name that a proxy of ours was called by, and not by another’s word', async () => {
  const page = { origin: 'https://kedai.test', headers: { 'x-forwarded-host': 'kedai.test' } };
  under = await startShopGateway({ corsOrigins: [] });
  expect(await statusFor(page)).toBe(403);
  await under.stop();
  under = await startShopGateway({ corsOrigins: [], trustedProxies: 1 });
  expect(await statusFor(page)).toBe(101);
});

describe('Sockets and event streams', () => {
  const open = () =>
    new Promise<WebSocket>((resolve, reject) => {
      const socket = new WebSocket(under.url.replace('http', 'ws'), 'graphql-transport-ws');
      socket.once('open', () => resolve(socket)).once('error', reject);
    });
  const stream = (signal: AbortSignal) =>
    fetch(under.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { priceChanged(id: "1") { price } }' }),
      signal,
    });

  it('are so many by address, and another may be opened once one is closed', async () => {
    under = await startShopGateway({ rateLimits: { streamsPerAddress: 2 } });
    const leaving = new AbortController();
    const [socket, streamed] = [await open(), await stream(leaving.signal)];
    expect(streamed.status).toBe(200);
    expect(await statusFor()).toBe(429);
    const refused = await stream(leaving.signal);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
    leaving.abort();
    await eventually(async () => expect(await statusFor()).toBe(101));
    socket.terminate();
  });

  it('are so many in all, and as many as anybody likes where nothing is limited', async () => {
    under = await startShopGateway({ rateLimits: { streams: 1 } });
    const socket = await open();
    expect(await statusFor()).toBe(429);
    socket.terminate();
    await under.stop();
    under = await startShopGateway({ rateLimits: undefined });
    const sockets = [await open(), await open(), await open()];
    for (const one of sockets) one.terminate();
  });

  it('begin as a request of their address', async () => {
    under = await startShopGateway({ rateLimits: { requestsPerSecond: 1, windowSeconds: 20 } });
    for (let opened = 0; opened < 20; opened += 1) expect(await statusFor()).toBe(101);
    expect(await statusFor()).toBe(429);
  });
});
