/** Requests at the edge of GraphQL over HTTP: each is accepted as it is meant, or refused with the status that says why. */
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';

let under: ShopGateway;

beforeAll(async () => {
  under = await startShopGateway({
    production: true,
    limits: { largeBodyBytes: 2 ** 20 },
    largeBodies: { scope: 'settlements:import', mutations: ['reprice'] },
  });
});
afterAll(() => under.stop());

async function send(contentType: string | undefined, body: object): Promise<number> {
  const headers = contentType === undefined ? undefined : { 'content-type': contentType };
  const response = await fetch(under.url, {
    method: 'POST',
    headers: { ...headers },
    body: new TextEncoder().encode(JSON.stringify(body)),
  });
  await response.text();
  return response.status;
}

describe('A body', () => {
  it.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=UTF-8',
    'application/json; charset="utf-8"; profile=x',
    'application/json; profile=x',
  ])('is read as %s', async (contentType) => {
    expect(await send(contentType, { query: '{ reviewCount }' })).toBe(200);
  });

  it.each([
    undefined,
    'text/plain',
    'application/xml',
    'application/jsonx',
    'application/graphql',
    'application/json; charset=utf-16',
    'application/json; charset=latin1',
  ])('is refused as %s', async (contentType) => {
    expect(await send(contentType, { query: '{ reviewCount }' })).toBe(415);
  });
});

describe('A compressed body', () => {
  const query = JSON.stringify({ query: '{ reviewCount }' });
  const sendCompressed = async (encoding: string, body: Buffer) => {
    const response = await fetch(under.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': encoding },
      body: new Uint8Array(body),
    });
    return { status: response.status, headers: response.headers, answer: await response.json() };
  };

  it.each([
    ['gzip', gzipSync(query)],
    ['br', brotliCompressSync(query)],
  ])('is accepted as %s', async (encoding, body) => {
    expect(await sendCompressed(encoding, body)).toMatchObject({
      status: 200,
      answer: { data: { reviewCount: 2 } },
    });
  });

  it('is refused in another encoding, with a list of the accepted ones', async () => {
    const { status, headers, answer } = await sendCompressed('zstd', Buffer.from(query));
    expect([status, headers.get('accept-encoding')]).toEqual([415, 'gzip, br']);
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  it('is refused where it decompresses to more than a body may have', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 2 ** 20, ' '));
    expect((await sendCompressed('gzip', bomb)).status).toBe(413);
  });

  it('is refused where it is not what it says', async () => {
    expect((await sendCompressed('gzip', Buffer.from(query))).status).toBe(400);
  });
});

describe('A body with a file', () => {
  const MUTATION = 'mutation { reprice(id: "1", price: 100) { id } }';
  const sendFile = async (role: 'HQ' | 'MANAGER', bytes: number, query = MUTATION) => {
    const response = await fetch(under.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await under.tokenFor('hq', { roles: [role] })}`,
      },
      body: JSON.stringify({ query, variables: { file: 'x'.repeat(bytes) } }),
    });
    return [response.status, await response.text()];
  };
  const WAY_OUT = 'at most 262144 bytes, and 1048576 where it is reprice alone';

  it('is larger than others, of the mutation that carries one, from who may send it', async () => {
    expect((await sendFile('HQ', 900_000))[0]).toBe(200);
    expect((await sendFile('MANAGER', 900_000))[0]).toBe(413);
  });

  it('is as large as others of any other operation, and says which may be larger', async () => {
    for (const query of ['{ reviewCount }', `${MUTATION.slice(0, -1)} __typename }`])
      expect(await sendFile('HQ', 900_000, query)).toEqual([413, expect.stringContaining(WAY_OUT)]);
    expect(await sendFile('HQ', 1_100_000)).toEqual([413, expect.stringContaining(WAY_OUT)]);
    expect((await sendFile('HQ', 200_000, '{ reviewCount }'))[0]).toBe(200);
  });
});

describe('An empty operation name is no name', () => {
  it('by GET', async () => {
    const response = await fetch(`${under.url}?query={reviewCount}&operationName=`);
    expect([response.status, await response.json()]).toEqual([200, { data: { reviewCount: 2 } }]);
  });

  it('by POST', async () => {
    expect(await send('application/json', { query: '{ reviewCount }', operationName: '' })).toBe(200);
  });
});

test('conditions at the root of a subscription are refused, not failed at', async () => {
  const response = await fetch(under.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: 'subscription ($yes: Boolean = true) { priceChanged(id: "1") @include(if: $yes) { id } }',
    }),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});

test('a number beyond all bounds is the client’s mistake', async () => {
  const response = await fetch(under.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ products(first: 99999999999999999999) { id } }' }),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});

describe('/graphql/stream', () => {
  const query = new URLSearchParams({ query: 'subscription { priceChanged(id: "1") { id } }' });

  it('takes GET and POST alone', async () => {
    const response = await fetch(`${under.url}/stream?${query}`, { method: 'PUT' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST']);
  });

  it('has nothing for a client that accepts no stream', async () => {
    const response = await fetch(`${under.url}/stream?${query}`, { headers: { accept: 'application/json' } });
    expect(response.status).toBe(406);
  });
});

test('who reads streams alone gets the answer to a query as one', async () => {
  const response = await fetch(under.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: '{ reviewCount }' }),
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(await response.text()).toBe(
    'event: next\ndata: {"data":{"reviewCount":2}}\n\nevent: complete\ndata:\n\n',
  );
});
