/** Sockets and requests of a browser outlive the access tokens of its session, here of a few seconds each. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { newId } from '../../platform/ids.js';
import { STAFFED_OUTLET_ID } from '../../prisma/seed/chain.js';
import { SARI, startTestCustomer } from '../../subgraphs/customer/testing/harness.js';
import { Browser } from '../../tests/support/browser.js';
import { type CustomerGateway, startCustomerGateway } from '../../tests/support/customer-gateway.js';
import type { TestSubgraph } from '../../tests/support/subgraph.js';
import { eventually } from '../../tests/support/wait.js';

const TOKEN_SECONDS = 5;

let customer: TestSubgraph;
let gateways: CustomerGateway[];
const browsers: Browser[] = [];

beforeAll(async () => {
  customer = await startTestCustomer({ ACCESS_TOKEN_SECONDS: String(TOKEN_SECONDS) });
  gateways = [await startCustomerGateway(customer), await startCustomerGateway(customer)];
});
afterEach(async () => {
  for (const browser of browsers.splice(0)) await browser.close();
});
afterAll(async () => {
  for (const { gateway } of gateways ?? []) await gateway.stop();
  await customer?.stop();
});

/** Tabs of one browser, which finds both gateways behind one address. */
async function tabs(): Promise<Browser[]> {
  const cookies = new Map<string, string>();
  const opened = gateways.map(({ origin }) => new Browser(origin, cookies));
  browsers.push(...opened);
  expect((await opened[0]?.signIn('sari@kedai.test'))?.status).toBe(204);
  const [token = ''] = cookies.values();
  for (const { gateway } of gateways) cookies.set(`kedai_session_${gateway.port}`, token);
  return opened;
}

const ME = '{ me { id } }';
const isHers = { data: { me: { id: SARI.customerId } } };
const renewals = async () => {
  const { rows } = await customer.pool.query<{ at: Date }>('SELECT max(last_used_at) AS at FROM session');
  return rows[0]?.at.getTime() ?? 0;
};

test('fifty requests at once of two tabs, at two gateways, are signed in before and after their tokens end', async () => {
  const opened = await tabs();
  const openedAt = await renewals();
  const end = Date.now() + 2 * TOKEN_SECONDS * 1_000;
  while (Date.now() < end) {
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => (await opened[index % 2]?.execute(ME))?.body),
    );
    expect(answers).toEqual(Array.from({ length: 50 }, () => isHers));
    await sleep(500);
  }
  expect(await renewals()).toBeGreaterThan(openedAt);
});

test('a socket and an event stream go on while the session does, and end with it', async () => {
  const [tab, other] = await tabs();
  if (tab === undefined || other === undefined) throw new Error('No tabs');
  const socket = await tab.socket().init();
  socket.subscribe('1', 'subscription { notificationReceived { title } }');
  const stream = await fetch(`${tab.origin}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...tab.cookieHeader },
    body: JSON.stringify({ query: 'subscription { notificationReceived { title } }' }),
  });
  let read = '';
  const ended = stream.body?.pipeTo(
    new WritableStream({
      write(chunk) {
        read += new TextDecoder().decode(chunk);
      },
    }),
  );
  await sleep(2 * TOKEN_SECONDS * 1_000);
  const order = { orderId: newId(), number: 'A-17', outletId: STAFFED_OUTLET_ID, franchiseId: newId() };
  await customer.deliver('customer.notifications', {
    ...{ type: 'order.ready', aggregateId: order.orderId, aggregateVersion: 5 },
    data: { ...order, customerId: SARI.customerId },
  });
  await socket.next(({ id }) => id === '1');
  await eventually(() => expect(read).toContain('A-17'));
  socket.subscribe('2', ME);
  expect((await socket.next(({ id }) => id === '2')).payload).toEqual(isHers);
  expect((await other.send('DELETE', '/session')).status).toBe(204);
  expect((await socket.closed).code).toBe(4403);
  await ended;
});
