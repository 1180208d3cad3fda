/** Requests, sockets and event streams of a browser outlive the access tokens of its session, here of a few seconds each. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../platform/ids.js';
import { STAFFED_OUTLET_ID } from '../../prisma/seed/chain.js';
import { SARI, startTestCustomer } from '../../subgraphs/customer/testing/harness.js';
import { Browser } from '../../tests/support/browser.js';
import { type CustomerGateway, startCustomerGateway } from '../../tests/support/customer-gateway.js';
import type { TestSubgraph } from '../../tests/support/subgraph.js';
import { eventually } from '../../tests/support/wait.js';

const TOKEN_SECONDS = 8;
const ME = '{ me { id } }';
const NOTIFIED = 'subscription { notificationReceived { title } }';
const isHers = { data: { me: { id: SARI.customerId } } };

let customer: TestSubgraph;
let gateways: CustomerGateway[];
/** Of one browser, which finds both gateways behind one address. */
let tabs: Browser[];

beforeAll(async () => {
  customer = await startTestCustomer({ ACCESS_TOKEN_SECONDS: String(TOKEN_SECONDS) });
  gateways = [await startCustomerGateway(customer), await startCustomerGateway(customer)];
  const cookies = new Map<string, string>();
  tabs = gateways.map(({ origin }) => new Browser(origin, cookies));
  expect((await tabs[0]?.signIn('sari@kedai.test'))?.status).toBe(204);
  const [token = ''] = cookies.values();
  for (const { gateway } of gateways) cookies.set(`kedai_session_${gateway.port}`, token);
});
afterAll(async () => {
  for (const tab of tabs ?? []) await tab.close();
  for (const { gateway } of gateways ?? []) await gateway.stop();
  await customer?.stop();
});

async function eventStream({ origin, cookieHeader }: Browser) {
  const { body } = await fetch(`${origin}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...cookieHeader },
    body: JSON.stringify({ query: NOTIFIED }),
  });
  const stream = { text: '', ended: Promise.resolve() };
  const decoder = new TextDecoder();
  const write = (chunk: Uint8Array) => {
    stream.text += decoder.decode(chunk);
  };
  if (body !== null) stream.ended = body.pipeTo(new WritableStream({ write }));
  return stream;
}

test('two tabs at two gateways, fifty requests at once, a socket and a stream go on by one token after the other, and end together', async () => {
  const [tab, other] = tabs;
  if (tab === undefined || other === undefined) throw new Error('No tabs');
  const socket = await tab.socket().init();
  socket.subscribe('1', NOTIFIED);
  const stream = await eventStream(other);
  const end = Date.now() + 1.5 * TOKEN_SECONDS * 1_000;
  while (Date.now() < end) {
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => (await (index % 2 ? tab : other).execute(ME)).body),
    );
    expect(answers).toEqual(Array.from({ length: 50 }, () => isHers));
    await sleep(2_000);
  }
  const order = { orderId: newId(), number: 'A-17', outletId: STAFFED_OUTLET_ID, franchiseId: newId() };
  await customer.deliver('customer.notifications', {
    ...{ type: 'order.ready', aggregateId: order.orderId, aggregateVersion: 5 },
    data: { ...order, customerId: SARI.customerId },
  });
  await socket.next(({ id }) => id === '1');
  await eventually(() => expect(stream.text).toContain('A-17'));
  expect((await other.send('DELETE', '/session')).status).toBe(204);
  expect((await socket.closed).code).toBe(4403);
  await stream.ended;
});
