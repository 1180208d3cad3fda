/** Sessions of browsers, over real HTTP and sockets, by the real customer subgraph. */
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { SARI, startTestCustomer } from '../../subgraphs/customer/testing/harness.js';
import { Browser } from '../../tests/support/browser.js';
import { type CustomerGateway, startCustomerGateway } from '../../tests/support/customer-gateway.js';
import type { TestSubgraph } from '../../tests/support/subgraph.js';

let customer: TestSubgraph;
let under: CustomerGateway;
const browsers: Browser[] = [];

beforeAll(async () => {
  customer = await startTestCustomer();
  under = await startCustomerGateway(customer);
});
afterEach(async () => {
  for (const browser of browsers.splice(0)) await browser.close();
});
afterAll(async () => {
  await under?.gateway.stop();
  await customer?.stop();
});

function openBrowser(origin = under.origin, cookies?: Map<string, string>): Browser {
  const browser = new Browser(origin, cookies);
  browsers.push(browser);
  return browser;
}

async function signedIn(email = 'sari@kedai.test'): Promise<Browser> {
  const browser = openBrowser();
  expect((await browser.signIn(email)).status).toBe(204);
  return browser;
}

const ME = '{ me { id } }';
const SARIS = { data: { me: { id: SARI.customerId } } };
const SIGNED_OUT = { data: { me: null }, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] };
const NOTIFIED = 'subscription { notificationReceived { id } }';

describe('signing in', () => {
  it('gives no body, and a cookie that no script reads and no other site sends', async () => {
    const browser = openBrowser();
    const { status, text, headers } = await browser.signIn('sari@kedai.test');
    expect([status, text]).toEqual([204, '']);
    const port = String(under.gateway.port);
    expect(headers['set-cookie']).toMatch(
      new RegExp(`^kedai_session_${port}=[\\w-]{43}; Max-Age=7776000; Path=/; HttpOnly; SameSite=Strict$`),
    );
    expect(headers['cache-control']).toBe('no-store');
  });

  it('identifies the requests of the browser, and says who it is', async () => {
    const browser = await signedIn();
    expect((await browser.execute(ME)).body).toEqual(SARIS);
    const { status, body } = await browser.send('GET', '/session');
    expect([status, body]).toEqual([
      200,
      {
        customer: { id: SARI.customerId, name: 'Sari Lestari', roles: SARI.roles },
      },
    ]);
  });

  it('identifies its sockets', async () => {
    const browser = await signedIn();
    const socket = await browser.socket().init();
    socket.subscribe('1', ME);
    expect((await socket.next(({ type }) => type === 'next')).payload).toEqual(SARIS);
    socket.close();
  });
});

test('signing out ends requests and sockets, and takes the cookie back', async () => {
  const browser = await signedIn();
  const copied = openBrowser(under.origin, new Map(browser.cookies));
  const socket = await browser.socket().init();
  socket.subscribe('1', NOTIFIED);
  expect((await browser.send('DELETE', '/session')).status).toBe(204);
  expect(browser.cookies.size).toBe(0);
  expect((await socket.closed).code).toBe(4403);
  expect((await browser.send('GET', '/session')).status).toBe(401);
  expect((await copied.execute(ME)).body).toMatchObject(SIGNED_OUT);
  expect((await browser.send('DELETE', '/session')).status).toBe(204);
});
