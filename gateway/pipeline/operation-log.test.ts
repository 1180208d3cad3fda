/** The lines of operations: which there are, and by what a request is found among them. */
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { newId } from '../../platform/ids.js';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';

let under: ShopGateway;
let lines: Record<string, unknown>[] = [];
beforeAll(async () => {
  const log = pino({ level: 'info', base: null }, { write: (line) => void lines.push(JSON.parse(line)) });
  under = await startShopGateway({ log, served: true });
});
afterAll(() => under.stop());
beforeEach(() => {
  lines = [];
});

async function send(
  query: string,
  headers: Record<string, string> = {},
  variables: Record<string, unknown> = {},
): Promise<Response> {
  const authorization = `Bearer ${await under.tokenFor('c1', { roles: ['HQ'] })}`;
  const response = await fetch(under.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization, ...headers },
    body: JSON.stringify({ query, variables }),
  });
  await response.text();
  return response;
}

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

it('says a mutation, who sent it and how long it took, and nothing of what it was given', async () => {
  const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`;
  await send('mutation Reprice { reprice(id: "1", price: 123456) { id } }', { traceparent });
  expect(lines).toEqual([
    {
      ...{ level: 30, time: expect.anything(), msg: 'mutation', trace_id: TRACE },
      ...{ type: 'mutation', operation: 'Reprice', fields: ['reprice'], customerId: 'c1' },
      milliseconds: expect.any(Number),
      ids: [],
    },
  ]);
  expect(JSON.stringify(lines)).not.toContain('123456');
});

it('says the ids of what a mutation was about, and of what it made', async () => {
  const id = newId('Product');
  const named = 'mutation ($id: ID!, $price: Int!) { reprice(id: $id, price: $price) { id } }';
  await send(named, {}, { id, price: 7 });
  await send(`mutation { reprice(id: "${id}", price: 7) { id } }`);
  expect(lines.map(({ ids }) => ids)).toEqual([[id], [id]]);
});

it('says nothing of a query that was answered', async () => {
  await send('{ reviewCount }');
  expect(lines).toEqual([]);
});

it('names a failure by the id that the client chose, and by the one that it was given', async () => {
  await send('{ fail(how: THROWN) }', { 'x-request-id': 'order-page-7' });
  expect(lines).toContainEqual(
    expect.objectContaining({ msg: 'operation failed', requestId: 'order-page-7', fields: ['fail'] }),
  );
  lines = [];
  const response = await send('{ fail(how: THROWN) }');
  const id = response.headers.get('x-request-id');
  expect(lines).toContainEqual(expect.objectContaining({ msg: 'operation failed', trace_id: id }));
});

it('names the request that a subgraph did not answer', async () => {
  await under.units.get('reviews')?.stop();
  await send('{ reviewCount }', { 'x-request-id': 'order-page-8' });
  expect(lines).toContainEqual(
    expect.objectContaining({
      ...{ msg: 'subgraph did not answer', subgraph: 'reviews', requestId: 'order-page-8' },
    }),
  );
});
