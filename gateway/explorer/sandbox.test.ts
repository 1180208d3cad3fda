import { request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';

let under: ShopGateway;
let closed: ShopGateway;

beforeAll(async () => {
  under = await startShopGateway();
  closed = await startShopGateway({ introspection: false });
});
afterAll(async () => {
  await under.stop();
  await closed.stop();
});

const read = async (path: string, gateway = under, headers = {}) => {
  const answer = await request(new URL(path, gateway.url), { headers: { accept: 'text/html', ...headers } });
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
};

test('the Sandbox has both addresses, and reports nothing', async () => {
  const { status, text } = await read('/');
  const { host } = new URL(under.url);
  expect(status).toBe(200);
  expect(text).toContain(`http://${host}/graphql`);
  expect(text).toContain(`ws://${host}/graphql`);
  expect(text).toContain('initialSubscriptionEndpoint');
  expect(text).toContain('runTelemetry: false');
});

test('a made-up host is not written into the page', async () => {
  const { text } = await read('/', under, { host: '"><script>alert(1)</script>' });
  expect(text).not.toContain('alert(1)');
});

test('only the scripts that the page names run in it', async () => {
  const { headers, text } = await read('/');
  const nonce = /script-src 'nonce-([^']+)'/.exec(String(headers['content-security-policy']))?.[1];
  expect(nonce).toBeDefined();
  expect(text.match(/<script(?! nonce)/g)).toBeNull();
  expect(text).toContain(`<script nonce="${nonce}"`);
  expect((await read('/')).text).not.toContain(`${nonce}`);
});

test('a browser that visits the endpoint lands on the page', async () => {
  const { status, headers } = await read('/graphql');
  expect([status, headers.location]).toEqual([303, '/']);
});

test('no explorer is served where introspection is off', async () => {
  expect((await read('/', closed)).status).toBe(404);
  expect((await read('/graphiql', closed)).status).toBe(404);
});
