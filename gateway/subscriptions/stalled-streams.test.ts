/** Clients that open an event stream and do not read it. */
import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { FrontEnd } from '../../tests/support/front-end.js';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';
import { eventually } from '../../tests/support/wait.js';

/** More than a connection holds on its way, and less than what a client may leave unread. */
const EVENTS = 200;
const ALIASES = 100;

let under: ShopGateway;

afterEach(() => under.stop());

/** A stream of events of a hundred kilobytes each. */
function openWithoutReading(headers = '') {
  const names = Array.from({ length: ALIASES }, (_, index) => `${'n'.repeat(1_000)}${index}: name`);
  const body = JSON.stringify({
    query: `subscription { priceChanged(id: "1") { price ${names.join(' ')} } }`,
  });
  const socket = connect(Number(new URL(under.url).port), '127.0.0.1');
  socket.pause();
  socket.on('error', () => undefined);
  socket.write(
    `POST /graphql/stream HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: text/event-stream\r\n` +
      `${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  return socket;
}

test('a client that reads nothing is cut off after the end of its token, and the gateway goes on', async () => {
  under = await startShopGateway({ limits: { bufferedBytes: 2 ** 30 } });
  const socket = openWithoutReading(
    `authorization: Bearer ${await under.tokenFor('rina', { secondsLeft: 5 })}\r\n`,
  );
  await eventually(() => expect(under.shop.listeners()).toBe(1));
  for (let price = 1; price <= EVENTS; price += 1) {
    under.shop.reprice('1', price);
    await turn();
  }
  await eventually(() => expect(under.shop.listeners()).toBe(0));
  expect(await new FrontEnd(under.url).execute('{ reviewCount }')).toEqual({ reviewCount: 2 });
  socket.destroy();
});

test('a slow reader of levels skips outdated events, stays connected and gets the latest state', async () => {
  under = await startShopGateway({ conflatedSubscriptions: ['priceChanged'] });
  const socket = openWithoutReading();
  await eventually(() => expect(under.shop.listeners()).toBe(1));
  const first = 1_000_000;
  let price = first;
  await eventually(() => {
    for (let burst = 0; burst < 20; burst += 1) under.shop.reprice('1', ++price);
    expect(under.shop.listeners()).toBe(0);
  });
  under.shop.reprice('1', ++price);
  const prices: number[] = [];
  socket.on('data', (data) => {
    for (const [, read] of String(data).matchAll(/"price":(\d+),/g)) prices.push(Number(read));
  });
  socket.resume();
  await eventually(() => expect(prices.at(-1)).toBe(price));
  expect(prices.length).toBeLessThan(price - first);
  expect(prices.slice(1)).toEqual(prices.slice(1).toSorted((one, other) => one - other));
  expect(under.shop.listeners()).toBe(1);
  under.shop.reprice('1', ++price);
  await eventually(() => expect(prices.at(-1)).toBe(price));
  socket.destroy();
});
