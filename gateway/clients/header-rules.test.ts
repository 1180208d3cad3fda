/** Headers and cookies between clients and subgraphs elsewhere, by rule. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';
import { eventually } from '../../tests/support/wait.js';
import { headerRulesSchema } from './header-rules.js';
import { ScriptedUpstream } from './testing/scripted-upstream.js';

interface Subgraph {
  readonly url: string;
  readonly received: IncomingHttpHeaders[];
  readonly server: Server;
}

const subgraphs: Subgraph[] = [];
const gateways: ShopGateway[] = [];
let under: ShopGateway;

async function serve(data: object, answer: OutgoingHttpHeaders): Promise<Subgraph> {
  const received: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    received.push(request.headers);
    response.writeHead(200, { 'content-type': 'application/json', ...answer });
    request.resume().on('end', () => response.end(JSON.stringify({ data })));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const subgraph = { url: `http://127.0.0.1:${port}/graphql`, received, server };
  subgraphs.push(subgraph);
  return subgraph;
}

async function start(rules: object): Promise<{ catalogue: Subgraph; reviews: Subgraph }> {
  const catalogue = await serve(
    { products: [{ id: '1' }] },
    { 'x-served-by': 'catalogue', 'set-cookie': 'a=1', 'x-internal': 'secret' },
  );
  const reviews = await serve({ reviewCount: 2 }, { 'x-served-by': 'reviews', 'set-cookie': ['b=2', 'c=3'] });
  under = await startShopGateway({
    subgraphs: new Map([
      ['catalogue', { url: catalogue.url }],
      ['reviews', { url: reviews.url }],
    ]),
    headerRules: headerRulesSchema.parse(rules),
  });
  gateways.push(under);
  return { catalogue, reviews };
}

const both = '{ products { id } reviewCount }';

function send(headers: Record<string, string>, query = both): Promise<Response> {
  return fetch(under.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
}

afterEach(async () => {
  for (const gateway of gateways.splice(0)) await gateway.stop();
  for (const { server } of subgraphs.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe('To subgraphs', () => {
  it('headers are propagated, renamed, defaulted, inserted and removed, to all or to those named', async () => {
    const { catalogue, reviews } = await start({
      request: [
        { propagate: 'X-Tenant' },
        { propagate: 'x-device', as: 'x-client-device', subgraphs: ['reviews'] },
        { propagate: 'x-region', default: 'id' },
        { insert: 'x-gateway', value: 'kedai' },
        { remove: 'x-tenant', subgraphs: ['reviews'] },
      ],
    });
    await (await send({ 'x-tenant': 'bali', 'x-device': 'tablet', 'x-other': 'kept back' })).text();
    expect(catalogue.received[0]).toMatchObject({
      'x-tenant': 'bali',
      'x-region': 'id',
      'x-gateway': 'kedai',
    });
    expect(reviews.received[0]).toMatchObject({ 'x-client-device': 'tablet', 'x-region': 'id' });
    expect(catalogue.received[0]).not.toHaveProperty('x-client-device');
    expect(reviews.received[0]).not.toHaveProperty('x-tenant');
    for (const { received } of subgraphs) expect(received[0]).not.toHaveProperty('x-other');
  });

  it('cookies are propagated one by one', async () => {
    const { catalogue } = await start({
      request: [{ propagateCookie: 'session' }, { propagateCookie: 'lang' }],
    });
    await (await send({ cookie: 'session=s1; tracking=t1; lang=id; sessions=no' })).text();
    expect(catalogue.received[0]?.cookie).toBe('session=s1; lang=id');
  });

  it('cookies of sessions are not, whatever the rules say', async () => {
    const { catalogue } = await start({ request: [{ propagate: 'cookie' }] });
    const sessions = 'kedai_session_4000=secret; __Host-kedai_session=secret; kedai_session=secret';
    const cookies = [`${sessions}; lang=id`, sessions, 'lang=en'];
    for (const cookie of cookies) await send({ cookie });
    expect(catalogue.received.map((received) => received.cookie)).toEqual(['lang=id', undefined, 'lang=en']);
  });

  it('clients whose propagated headers differ share no answer, and those whose other headers differ do', async () => {
    const { reviews } = await start({ request: [{ propagate: 'x-tenant' }] });
    const query = '{ reviewCount }';
    const tenants = ['bali', 'java', 'bali', 'java'];
    await Promise.all(tenants.map(async (tenant) => (await send({ 'x-tenant': tenant }, query)).text()));
    expect(new Set(reviews.received.map((headers) => headers['x-tenant']))).toEqual(
      new Set(['bali', 'java']),
    );
  });

  it('a GET with cookies is refused where another site may have caused it', async () => {
    await start({ request: [{ propagateCookie: 'session' }] });
    const get = async (headers: Record<string, string>) =>
      (await fetch(`${under.url}?query={reviewCount}`, { headers })).status;
    expect(await get({ cookie: 'session=s1' })).toBe(400);
    expect(await get({ cookie: 'session=s1', 'apollo-require-preflight': 'true' })).toBe(200);
    expect(await get({})).toBe(200);
  });
});

describe('To subgraphs that stream', () => {
  const rules = headerRulesSchema.parse({
    request: [{ propagate: 'x-tenant', subgraphs: ['catalogue'] }, { propagateCookie: 'session' }],
  });
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  /** Opens a stream; equal ones would share an upstream. */
  async function stream(as: string, headers: Record<string, string>): Promise<void> {
    const aborting = new AbortController();
    closing.push(() => aborting.abort());
    await fetch(`${under.url}/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: `subscription { ${as}: priceChanged(id: "1") { price } }` }),
      signal: aborting.signal,
    });
  }

  it('over a WebSocket headers travel in the upgrade request, and clients with equal ones share it', async () => {
    const upstream = await ScriptedUpstream.start({});
    closing.push(() => upstream.stop());
    under = await startShopGateway({
      subgraphs: new Map([['catalogue', { url: upstream.url }]]),
      headerRules: rules,
    });
    gateways.push(under);
    await stream('one', { 'x-tenant': 'bali', cookie: 'session=s1; lang=id', 'x-other': 'kept back' });
    await stream('two', { 'x-tenant': 'java' });
    await stream('three', { 'x-tenant': 'java' });
    await eventually(() => expect(upstream.subscribed).toHaveLength(3));
    expect(upstream.connections).toBe(2);
    const tenants = upstream.subscribed.map(({ headers }) => headers['x-tenant']);
    expect(tenants.toSorted()).toEqual(['bali', 'java', 'java']);
    const bali = upstream.subscribed.find(({ headers }) => headers['x-tenant'] === 'bali');
    expect(bali?.headers.cookie).toBe('session=s1');
    expect(bali?.headers).not.toHaveProperty('x-other');
  });

  it('over a WebSocket the headers of a client that came by one are those of its own upgrade, without cookies', async () => {
    const upstream = await ScriptedUpstream.start({});
    closing.push(() => upstream.stop());
    under = await startShopGateway({
      subgraphs: new Map([['catalogue', { url: upstream.url }]]),
      headerRules: rules,
    });
    gateways.push(under);
    const socket = new WebSocket(under.url.replace('http', 'ws'), 'graphql-transport-ws', {
      headers: { 'x-tenant': 'bali', cookie: 'session=s1' },
    });
    closing.push(() => socket.close());
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    const payload = { query: 'subscription { priceChanged(id: "1") { price } }' };
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
    await eventually(() => expect(upstream.subscribed).toHaveLength(1));
    expect(upstream.subscribed[0]?.headers['x-tenant']).toBe('bali');
    expect(upstream.subscribed[0]?.headers).not.toHaveProperty('cookie');
  });

  it('over server-sent events headers travel in the request', async () => {
    const received: IncomingHttpHeaders[] = [];
    const server = createServer((request, response) => {
      received.push(request.headers);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = z.object({ port: z.number() }).parse(server.address());
    const url = `http://127.0.0.1:${port}/graphql`;
    subgraphs.push({ url, received, server });
    under = await startShopGateway({
      subgraphs: new Map([['catalogue', { url, eventStreamUrl: `${url}/stream` }]]),
      headerRules: rules,
    });
    gateways.push(under);
    await stream('one', { 'x-tenant': 'bali', cookie: 'session=s1', 'x-other': 'kept back' });
    await eventually(() => expect(received).toHaveLength(1));
    expect(received[0]).toMatchObject({
      'x-tenant': 'bali',
      cookie: 'session=s1',
      accept: 'text/event-stream',
      'content-type': 'application/json',
    });
    expect(received[0]).not.toHaveProperty('x-other');
  });
});

describe('To clients', () => {
  it('headers are propagated by the last, the first or all of the subgraphs, cookies always by all', async () => {
    await start({
      response: [
        { propagate: 'x-served-by', merge: 'append' },
        { propagate: 'set-cookie' },
        { insert: 'x-shop', value: 'kedai' },
      ],
    });
    const { headers } = await send({});
    expect(new Set(headers.get('x-served-by')?.split(', '))).toEqual(new Set(['catalogue', 'reviews']));
    expect(headers.getSetCookie().toSorted()).toEqual(['a=1', 'b=2', 'c=3']);
    expect(headers.get('x-shop')).toBe('kedai');
    expect(headers.get('x-internal')).toBeNull();
  });

  it('a cookie of one client is never sent to another that sends the same operation', async () => {
    const { reviews } = await start({ response: [{ propagate: 'set-cookie', subgraphs: ['reviews'] }] });
    const answers = await Promise.all([send({}, '{ reviewCount }'), send({}, '{ reviewCount }')]);
    expect(reviews.received).toHaveLength(2);
    for (const { headers } of answers) expect(headers.getSetCookie()).toEqual(['b=2', 'c=3']);
  });
});

describe('A rule', () => {
  it.each([
    [{ request: [{ propagate: 'host' }] }],
    [{ request: [{ propagate: 'x-token', as: 'authorization' }] }],
    [{ request: [{ insert: 'Content-Length', value: '1' }] }],
    [{ request: [{ propagate: 'sec-websocket-key' }] }],
    [{ request: [{ insert: 'x-a', value: 'a\r\nb: c' }] }],
    [{ request: [{ propagate: 'not a name' }] }],
    [{ request: [{ propagates: 'x-tenant' }] }],
    [{ response: [{ propagate: 'access-control-allow-origin' }] }],
    [{ requests: [] }],
  ])('that may not be is refused at start: %j', (rules) => {
    expect(headerRulesSchema.safeParse(rules).success).toBe(false);
  });
});
