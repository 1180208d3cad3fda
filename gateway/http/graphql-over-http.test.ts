/** GraphQL over HTTP: the specification's own audits, and what they leave open. */
import { createHash } from 'node:crypto';
import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';
import { Peer } from '../subscriptions/testing/peer.js';

let under: ShopGateway;

beforeAll(async () => {
  under = await startShopGateway({ corsOrigins: ['https://shop.test'] });
});
beforeEach(() => {
  under.shop.asked.length = 0;
});
afterAll(() => under.stop());

test('every audit of graphql-http passes', async () => {
  const audits = await auditServer({ url: under.url });
  expect(audits.filter(({ status }) => status !== 'ok')).toEqual([]);
});

const NEWER = 'application/graphql-response+json';

interface Sent {
  readonly accept?: string;
  readonly headers?: Record<string, string>;
}

async function post(body: object | string, { accept = NEWER, headers = {} }: Sent = {}) {
  const response = await fetch(under.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return read(response);
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

async function read(response: Response) {
  const answer: Answer = JSON.parse(await response.text());
  return { response, status: response.status, answer, code: answer.errors?.[0]?.extensions.code };
}

async function get(parameters: Record<string, string>, headers: Record<string, string> = {}) {
  const url = new URL(under.url);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const response = await fetch(url, { headers });
  return read(response);
}

describe('The status', () => {
  it.each([
    ['of an answer', { query: '{ reviewCount }' }, 200],
    ['of an answer in part', { query: '{ reviewCount fail(how: THROWN) }' }, 200],
    ['of what does not parse', { query: '{' }, 400],
    ['of what is not valid', { query: '{ nothing }' }, 400],
    ['of variables that do not fit', { query: 'query ($id: ID!) { product(id: $id) { id } }' }, 400],
    ['of an operation that is not there', { query: 'query A { reviewCount }', operationName: 'B' }, 400],
    [
      'of an operation that is not named',
      { query: 'query A { a: reviewCount } query B { b: reviewCount }' },
      400,
    ],
    ['of no operation', { query: 'fragment f on Query { reviewCount }' }, 400],
    ['of a subscription', { query: 'subscription { myTicks }' }, 400],
    ['of no query', { variables: {} }, 400],
    ['of no JSON', '{ "query": ', 400],
    ['of an empty body', '', 400],
  ])('%s', async (_what, body, expected) => {
    const { status, answer, code } = await post(body);
    expect(status).toBe(expected);
    if (expected === 400) {
      expect(answer.data).toBeUndefined();
      expect(code).toBe('BAD_USER_INPUT');
    }
  });

  it('of an unknown operation is 400 to older clients, too', async () => {
    const body = { query: 'query A { reviewCount }', operationName: 'B' };
    expect((await post(body, { accept: 'application/json' })).status).toBe(400);
  });
});

describe('The media type', () => {
  it.each([
    ['application/graphql-response+json, application/json;q=0.9', NEWER],
    ['application/json, application/graphql-response+json;q=0.9', 'application/json'],
    ['application/*', 'application/json'],
    ['text/html, */*;q=0.1', 'application/json'],
  ])('for %s', async (accept, expected) => {
    const { response, status } = await post({ query: '{ reviewCount }' }, { accept });
    expect(status).toBe(200);
    expect(response.headers.get('content-type')).toBe(`${expected}; charset=utf-8`);
  });

  it('is refused where none that is known would do', async () => {
    expect((await post({ query: '{ reviewCount }' }, { accept: 'text/csv' })).status).toBe(406);
  });
});

describe('GET', () => {
  it('runs queries', async () => {
    const { status, answer } = await get({
      query: 'query ($id: ID!) { product(id: $id) { name } }',
      variables: '{"id":"1"}',
    });
    expect([status, answer]).toEqual([200, { data: { product: { name: 'Product 1' } } }]);
  });

  it('runs nothing else', async () => {
    const { status, response } = await get({ query: 'mutation { reprice(id: "1", price: 1) { id } }' });
    expect([status, response.headers.get('allow')]).toEqual([405, 'POST']);
    expect(under.shop.asked).toEqual([]);
  });

  it('is held to the same limits', async () => {
    const fields = Array.from({ length: 101 }, (_, n) => `a${n}: reviewCount`).join(' ');
    const { status, code } = await get({ query: `{ ${fields} }` });
    expect([status, code]).toEqual([400, 'OPERATION_TOO_COMPLEX']);
  });
});

describe('A page of another site', () => {
  it('cannot make a browser send an operation by a form, a link or plain text', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const { status } = await post(
        { query: 'mutation { reprice(id: "1", price: 1) { id } }' },
        { headers: { 'content-type': type } },
      );
      expect(status).toBe(415);
    }
    const byLink = await get({ query: 'mutation { reprice(id: "1", price: 1) { id } }' });
    expect(byLink.status).toBe(405);
    expect(under.shop.asked).toEqual([]);
  });

  it('reads an answer only when its origin is configured', async () => {
    const allowedFor = async (origin: string) => {
      const { response } = await post({ query: '{ reviewCount }' }, { headers: { origin } });
      return response.headers.get('access-control-allow-origin');
    };
    expect(await allowedFor('https://shop.test')).toBe('https://shop.test');
    expect(await allowedFor('https://evil.test')).toBeNull();
  });

  it('learns from a preflight what it may send', async () => {
    const preflight = (origin: string) =>
      fetch(under.url, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      });
    const allowed = await preflight('https://shop.test');
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-headers')).toBe('authorization,content-type');
    expect(allowed.headers.get('access-control-allow-methods')).toContain('POST');
    const refused = await preflight('https://evil.test');
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    expect(refused.headers.get('access-control-allow-headers')).toBeNull();
  });
});

test('every answer has security headers for browsers', async () => {
  for (const { response } of [
    await post({ query: '{ reviewCount }' }),
    await post('{'),
    await get({ query: '{ reviewCount }' }),
  ]) {
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('x-powered-by')).toBeNull();
  }
});

describe('An automatic persisted query', () => {
  const query = '{ product(id: "2") { name } }';
  const extensions = {
    persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') },
  };
  const data = { product: { name: 'Product 2' } };

  it('is requested, registered and then found, by POST and by GET', async () => {
    const unknown = await post({ extensions });
    expect([unknown.status, unknown.code]).toEqual([200, 'PERSISTED_QUERY_NOT_FOUND']);
    expect((await post({ query, extensions })).answer).toEqual({ data });
    expect((await post({ extensions })).answer).toEqual({ data });
    expect((await get({ extensions: JSON.stringify(extensions) })).answer).toEqual({ data });
  });

  it('whose hash is of another text is refused', async () => {
    const { status, code } = await post({ query: '{ reviewCount }', extensions });
    expect([status, code]).toEqual([400, 'BAD_USER_INPUT']);
  });

  it('is not stored where it is invalid', async () => {
    const invalid = '{ nothing }';
    const sha256Hash = createHash('sha256').update(invalid).digest('hex');
    const persistedQuery = { version: 1, sha256Hash };
    expect((await post({ query: invalid, extensions: { persistedQuery } })).status).toBe(400);
    expect((await post({ extensions: { persistedQuery } })).code).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  it.each([
    [{ version: 2, sha256Hash: extensions.persistedQuery.sha256Hash }],
    [{ version: 1 }],
    [{ version: 1, sha256Hash: 7 }],
    ['nonsense'],
  ])('named by %j is refused', async (persistedQuery) => {
    const { status, code } = await post({ query, extensions: { persistedQuery } });
    expect([status, code]).toEqual([400, 'BAD_USER_INPUT']);
  });

  it('runs over a socket by its hash, once it is stored', async () => {
    const subscription = 'subscription { priceChanged(id: "1") { price } }';
    const sha256Hash = createHash('sha256').update(subscription).digest('hex');
    const persisted = { persistedQuery: { version: 1, sha256Hash } };
    const client = await new Peer(under.url).init();
    client.send({ id: '1', type: 'subscribe', payload: { extensions: persisted } });
    const unknown = await client.next(({ id }) => id === '1');
    expect(unknown).toMatchObject({
      type: 'error',
      payload: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
    client.send({ id: '2', type: 'subscribe', payload: { query: subscription, extensions: persisted } });
    await client.next(({ id, type }) => id === '2' && type === 'next');
    client.send({ id: '3', type: 'subscribe', payload: { query: '', extensions: persisted } });
    client.send({ id: '4', type: 'subscribe', payload: { extensions: persisted } });
    await client.next(({ id, type }) => id === '3' && type === 'next');
    await client.next(({ id, type }) => id === '4' && type === 'next');
    client.close();
  });

  it('is held to the limits when it is registered', async () => {
    const large = `{ ${Array.from({ length: 101 }, (_, n) => `a${n}: reviewCount`).join(' ')} }`;
    const sha256Hash = createHash('sha256').update(large).digest('hex');
    const registered = await post({
      query: large,
      extensions: { persistedQuery: { version: 1, sha256Hash } },
    });
    expect(registered.code).toBe('OPERATION_TOO_COMPLEX');
    const again = await post({ extensions: { persistedQuery: { version: 1, sha256Hash } } });
    expect(again.code).toBe('PERSISTED_QUERY_NOT_FOUND');
  });
});

test('a query gets the same answer by POST and by GET', async () => {
  const token = await under.tokenFor('rina');
  for (const query of [
    '{ products { id name reviews { body author } } }',
    '{ mine stock vault { code } }',
    '{ fail(how: THROWN) reviewCount }',
    '{ media { id title ... on Film { length } } }',
    'query ($id: ID!) { product(id: $id) { id } }',
  ]) {
    for (const authorization of ['', `Bearer ${token}`]) {
      const byPost = await post({ query }, { headers: { authorization } });
      const byGet = await get({ query }, { authorization, accept: NEWER });
      expect(byGet.answer).toEqual(byPost.answer);
      expect(byGet.status).toBe(byPost.status);
      expect(byGet.response.headers.get('content-type')).toBe(byPost.response.headers.get('content-type'));
    }
  }
});
