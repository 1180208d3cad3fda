/** A gateway that runs listed operations alone. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';
import { TrustedDocuments } from './trusted-documents.js';

const REVIEWS = 'query Reviews { reviewCount }';
const PRODUCT = 'query Product($id: ID!) {\n  product(id: $id) {\n    name\n  }\n}';
const PRICES = 'subscription Prices { priceChanged(id: "1") { price } }';

let folder: string;
let under: ShopGateway;

const manifest = (operations: object[]) => ({
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations,
});

async function write(content: object | string): Promise<string> {
  const file = join(folder, 'manifest.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedai-manifest-'));
  const file = await write(
    manifest([
      { id: 'a1', name: 'Reviews', type: 'query', body: REVIEWS },
      { id: 'b2', name: 'Product', type: 'query', body: PRODUCT },
      { id: 'c3', name: 'Prices', type: 'subscription', body: PRICES },
    ]),
  );
  under = await startShopGateway({ trustedDocuments: await TrustedDocuments.read(file) });
});
afterAll(async () => {
  await under.stop();
  await rm(folder, { recursive: true });
});

async function ask(body: object) {
  const response = await fetch(under.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

async function overSocket(payload: { query: string; extensions?: Record<string, unknown> }): Promise<string> {
  const client = createClient({
    url: under.url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  try {
    return JSON.stringify((await client.iterate(payload).next()).value);
  } catch (errors) {
    return JSON.stringify(errors);
  } finally {
    await client.dispose();
  }
}

const persistedQuery = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });

test('a listed operation is run by its text, however that is laid out', async () => {
  expect((await ask({ query: REVIEWS })).text).toBe('{"data":{"reviewCount":2}}');
  const query = 'query Product($id:ID!){product(id:$id){name}} # for the page';
  expect((await ask({ query, variables: { id: '1' } })).text).toContain('Product 1');
});

test('a listed operation is run by its id, in either way of naming it', async () => {
  expect((await ask({ extensions: persistedQuery('a1') })).text).toBe('{"data":{"reviewCount":2}}');
  expect((await ask({ documentId: 'b2', variables: { id: '2' } })).text).toContain('Product 2');
});

test('nothing else is run, by text or by id, whatever text comes with the id of a listed one', async () => {
  for (const body of [
    { query: '{ reviewCount }' },
    { query: 'query Reviews { reviewCount products { id } }' },
    { query: '{' },
    { query: '{ __schema { types { name } } }' },
    { extensions: persistedQuery('unknown') },
    { documentId: 'unknown', query: REVIEWS },
  ]) {
    const { status, text } = await ask(body);
    expect([status, JSON.parse(text).errors[0].extensions.code]).toEqual([403, 'FORBIDDEN']);
  }
  expect((await ask({ extensions: persistedQuery('a1'), query: '{ products { id } }' })).text).toBe(
    '{"data":{"reviewCount":2}}',
  );
  const get = new URL(under.url);
  get.searchParams.set('query', '{ reviewCount }');
  expect((await fetch(get)).status).toBe(403);
});

test('a GET names a listed operation by its id, too', async () => {
  const get = async (parameters: Record<string, string>) => {
    const response = await fetch(`${under.url}?${new URLSearchParams(parameters)}`);
    return [response.status, await response.json()];
  };
  const answered = [200, { data: { reviewCount: 2 } }];
  expect(await get({ extensions: JSON.stringify(persistedQuery('a1')) })).toEqual(answered);
  expect(await get({ documentId: 'a1' })).toEqual(answered);
  expect(await get({ documentId: 'a1', query: '{ products { id } }' })).toEqual(answered);
  expect(await get({ documentId: 'unknown', query: REVIEWS })).toMatchObject([403, {}]);
  expect(await get({ extensions: JSON.stringify(persistedQuery('unknown')) })).toMatchObject([403, {}]);
});

test('a text far longer than any that is listed is not even read', async () => {
  const comment = (length: number) => `${REVIEWS} # ${'x'.repeat(length)}`;
  expect((await ask({ query: comment(50) })).status).toBe(200);
  expect((await ask({ query: comment(50_000) })).status).toBe(403);
});

test('a socket is held to the same list', async () => {
  expect(await overSocket({ query: PRICES })).toContain('"price":100');
  expect(await overSocket({ query: '', extensions: persistedQuery('c3') })).toContain('"price":100');
  expect(await overSocket({ query: 'subscription { priceChanged(id: "2") { price } }' })).toContain(
    'FORBIDDEN',
  );
});

test('the operations of the gateway’s own pages are trusted beside those of the manifest', async () => {
  const own = 'mutation Own { placed: __typename }';
  const trusted = await TrustedDocuments.read(await write(manifest([{ id: 'c1', body: PRICES }])), [
    { id: 'own', body: own },
  ]);
  expect(() => trusted.demand(own, 1_000)).not.toThrow();
  expect(trusted.bodyOf('own')).toBe(own);
  expect(() => trusted.demand(PRICES, 1_000)).not.toThrow();
  expect(() => trusted.demand('mutation Other { placed: __typename }', 1_000)).toThrow();
});

test('where any operation runs, those that are listed can be named by their id, and an unknown id says so', async () => {
  const open = await startShopGateway({ documents: [{ id: 'sha256:a1', body: REVIEWS }] });
  const answerTo = async (body: object) => {
    const response = await fetch(open.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return [response.status, await response.json()];
  };
  const answered = [200, { data: { reviewCount: 2 } }];
  expect(await answerTo({ documentId: 'sha256:a1' })).toEqual(answered);
  expect(await answerTo({ query: '{ reviewCount }' })).toEqual(answered);
  expect(await answerTo({ documentId: 'sha256:b2' })).toEqual([
    400,
    {
      errors: [
        expect.objectContaining({
          message: 'No document has this documentId',
          extensions: expect.objectContaining({ code: 'NOT_FOUND' }),
        }),
      ],
    },
  ]);
  await open.stop();
});

test('a manifest that is none is one clear sentence', async () => {
  for (const content of ['nonsense', {}, manifest([{ id: 'x' }]), manifest([{ id: 'x', body: '{' }])]) {
    await expect(TrustedDocuments.read(await write(content))).rejects.toThrow(
      /is no persisted query manifest/,
    );
  }
});
