import { afterAll, beforeAll, expect, test } from 'vitest';
import { FrontEnd } from '../tests/support/front-end.js';
import { type ShopGateway, startShopGateway } from '../tests/support/shop-gateway.js';
import { eventually } from '../tests/support/wait.js';

let under: ShopGateway;

beforeAll(async () => {
  under = await startShopGateway({ served: true });
});
afterAll(() => under.stop());

async function figure(name: string, labels = ''): Promise<number> {
  const text = await (await fetch(new URL('/metrics', under.url))).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name}${labels} `));
  return Number(line?.split(' ').at(-1) ?? 0);
}

test('an operation is planned once, and its plan found after that', async () => {
  const client = new FrontEnd(under.url);
  const misses = await figure('kedai_gateway_plan_cache_misses_total');
  const hits = await figure('kedai_gateway_plan_cache_hits_total');
  for (let sent = 0; sent < 3; sent += 1) await client.execute('{ products { id rating } }');
  expect(await figure('kedai_gateway_plan_cache_misses_total')).toBe(misses + 1);
  expect(await figure('kedai_gateway_plan_cache_hits_total')).toBe(hits + 2);
  expect(await figure('kedai_gateway_plan_cache_operations')).toBe(1);
  expect(await figure('kedai_gateway_documents')).toBe(1);
});

test('refusals are counted by their code, requests to subgraphs by their outcome', async () => {
  const refused = '{code="BAD_USER_INPUT"}';
  const answered = '{subgraph="catalogue",outcome="answered"}';
  const before = await figure('kedai_gateway_refusals_total', refused);
  const earlier = await figure('kedai_gateway_subgraph_requests_total', answered);
  const client = new FrontEnd(under.url);
  await client.codes('{ nothing }');
  await client.execute('{ products { id } }');
  expect(await figure('kedai_gateway_refusals_total', refused)).toBe(before + 1);
  expect(await figure('kedai_gateway_subgraph_requests_total', answered)).toBe(earlier + 1);
});

test('sockets, streams and the upstreams they share are counted while they are open', async () => {
  const query = 'subscription { priceChanged(id: "1") { price } }';
  const streams = [new FrontEnd(under.url).subscribe(query), new FrontEnd(under.url).subscribe(query)];
  await eventually(async () => {
    expect(await figure('kedai_gateway_sockets')).toBe(2);
    expect(await figure('kedai_gateway_streams')).toBe(2);
    expect(await figure('kedai_gateway_upstreams')).toBe(1);
  });
  for (const stream of streams) stream.close();
  await eventually(async () => {
    expect(await figure('kedai_gateway_sockets')).toBe(0);
    expect(await figure('kedai_gateway_upstreams')).toBe(0);
  });
});
