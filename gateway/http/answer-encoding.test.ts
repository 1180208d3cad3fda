/** What of an answer depends on how it travels: compression, what caches may keep of it, and the id of its request. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';

let under: ShopGateway;
beforeAll(async () => {
  under = await startShopGateway({ corsOrigins: ['https://shop.test'] });
});
afterAll(() => under.stop());

/** A selection whose answer is long: a field under many names. */
const often = (field: string, times: number) =>
  Array.from({ length: times }, (_, n) => `${'long'.repeat(20)}${n}: ${field}`).join(' ');
const LONG = `{ ${often('reviewCount', 40)} }`;
const LONG_AND_PUBLIC = `{ notice { ${often('text', 40)} } }`;

async function post(query: string, headers: Record<string, string> = {}) {
  const response = await fetch(under.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return { response, headers: response.headers, text: await response.text() };
}

async function get(query: string, headers: Record<string, string> = {}) {
  const url = new URL(under.url);
  url.searchParams.set('query', query);
  const response = await fetch(url, { headers });
  return { response, headers: response.headers, text: await response.text() };
}

describe('a long answer', () => {
  it.each([
    ['br', 'gzip, deflate, br'],
    ['gzip', 'gzip;q=0.5'],
    ['gzip', 'br;q=0, *'],
    [null, 'identity'],
    [null, 'br;q=0, gzip;q=0'],
    [null, 'deflate'],
  ])('is sent as %s to a client that accepts %s', async (encoding, accepted) => {
    const { headers, text } = await post(LONG, { 'accept-encoding': accepted });
    expect(headers.get('content-encoding')).toBe(encoding);
    expect(headers.get('vary')).toBe('origin, accept-encoding');
    expect(Object.keys(JSON.parse(text).data)).toHaveLength(40);
    if (encoding !== null) expect(Number(headers.get('content-length'))).toBeLessThan(text.length / 4);
  });

  it('is the same from the cache as from its first run', async () => {
    const answers = await Promise.all(
      ['br', 'gzip', 'identity', 'br', 'gzip'].map((accepted) =>
        post(LONG_AND_PUBLIC, { 'accept-encoding': accepted }),
      ),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.map(({ headers }) => headers.get('content-encoding'))).toEqual([
      ...['br', 'gzip', null, 'br', 'gzip'],
    ]);
  });
});

describe('never compressed is', () => {
  it('a short answer', async () => {
    const { headers } = await post('{ reviewCount }', { 'accept-encoding': 'br' });
    expect([headers.get('content-encoding'), headers.get('vary')]).toEqual([null, 'origin']);
  });

  it('the answer of a mutation: its length could reveal a token', async () => {
    const alias = 'long'.repeat(80);
    const fields = Array.from({ length: 9 }, (_, n) => `${alias}${n}: reprice(id: "1", price: 100) { id }`);
    const { headers, text } = await post(`mutation { ${fields.join(' ')} }`, { 'accept-encoding': 'br' });
    expect(text.length).toBeGreaterThan(2_500);
    expect(headers.get('content-encoding')).toBeNull();
  });

  it('an event stream, whose events would wait for the compressor', async () => {
    const response = await fetch(under.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        'accept-encoding': 'br',
      },
      body: JSON.stringify({ query: LONG }),
    });
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(await response.text()).toContain('event: complete');
  });
});

describe('what every caller may see, got by GET', () => {
  const QUERY = '{ notice { text } }';

  it('says for how long it may be kept, by what it varies and how to ask whether it has changed', async () => {
    const { headers } = await get(QUERY);
    expect(headers.get('cache-control')).toBe('public, max-age=60');
    expect(headers.get('vary')).toBe('origin, accept-language, accept');
    expect(headers.get('etag')).toMatch(/^W\/"[\w-]+"$/);
  });

  it('is 304 without a body for a client that has it, however it was encoded', async () => {
    const { headers } = await get(LONG_AND_PUBLIC, { 'accept-encoding': 'br' });
    const etag = headers.get('etag') ?? '';
    for (const known of [etag, `"other", ${etag.replace('W/', '')}`, '*']) {
      const { response, text } = await get(LONG_AND_PUBLIC, { 'if-none-match': known });
      expect([response.status, text]).toEqual([304, '']);
      expect(response.headers.get('cache-control')).toMatch(/^public, max-age=/);
      expect(response.headers.get('etag')).toBe(etag);
    }
  });

  it('is sent again to a client that has another', async () => {
    const { response, text } = await get(QUERY, { 'if-none-match': '"another"' });
    expect([response.status, JSON.parse(text).errors]).toEqual([200, undefined]);
  });

  it('has neither where it is a caller’s own, or not to be kept', async () => {
    const { headers } = await get('{ reviewCount }');
    expect([headers.get('cache-control'), headers.get('etag')]).toEqual(['no-store', null]);
  });
});

describe('the id of a request', () => {
  it('is the client’s, where it is well formed', async () => {
    for (const id of [
      '0192f1c4-7d1c-7cc3-9a3f-3c2b1a0f9e8d',
      'req_42',
      'Root=1-67891233-abcdef012345678912345678',
    ]) {
      expect((await post('{ reviewCount }', { 'x-request-id': id })).headers.get('x-request-id')).toBe(id);
    }
  });

  it('is a new one where it is not, or there is none', async () => {
    const ids = await Promise.all(
      [
        {},
        { 'x-request-id': 'a b' },
        { 'x-request-id': '<script>' },
        { 'x-request-id': 'x'.repeat(129) },
      ].map(async (headers) => (await post('{ reviewCount }', headers)).headers.get('x-request-id')),
    );
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is in every answer: refusals, streams, pages, and what there is none of', async () => {
    const paths = [
      '/graphql?query={',
      '/graphql',
      '/graphql/stream?query={reviewCount}',
      '/health/live',
      '/nowhere',
    ];
    for (const path of paths) {
      const response = await fetch(new URL(path, under.url), { headers: { 'x-request-id': 'mine' } });
      expect([path, response.headers.get('x-request-id')]).toEqual([path, 'mine']);
    }
    const preflight = await fetch(under.url, { method: 'OPTIONS', headers: { origin: 'https://shop.test' } });
    expect(preflight.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
  });
});
