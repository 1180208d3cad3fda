/** Which requests become WebSockets. */
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';

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
