/** What the environment makes of a gateway, above all one alone in front of somebody else's subgraphs. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { readConfig } from '../platform/config.js';
import { ANONYMOUS } from '../platform/identity/identity.js';
import { createLog } from '../platform/log.js';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { SUBGRAPH_NAMES } from '../subgraphs/names.js';
import { type ForeignSubgraph, serveForeignSubgraph } from '../tests/support/foreign-subgraph.js';
import { FrontEnd } from '../tests/support/front-end.js';
import { createShop, type Shop } from '../tests/support/shop.js';
import { eventually } from '../tests/support/wait.js';
import { DEFAULT_UPSTREAM_LIMITS } from './clients/http.js';
import { gatewayOptions } from './configuration.js';
import { type RunningGateway, startGateway } from './index.js';
import { DEFAULT_LIMITS } from './options.js';
import { DEFAULT_ATTEMPT_BOUNDS } from './pipeline/guess-limits.js';
import { DEFAULT_RATE_LIMITS } from './pipeline/rate-limits.js';
import { selectedOf } from './pipeline/share-key.js';
import { gatewaySettings } from './settings.js';
import { Peer } from './subscriptions/testing/peer.js';
import { loadSupergraph } from './supergraph/supergraph.js';

const log = createLog('silent');

const LIMIT_SETTING = /^(LIMIT|REQUESTS|COST|STREAMS|FAILED_SIGN_INS|SIGN_INS|UPSTREAM)(_|$)/;

const subgraphs = { names: SUBGRAPH_NAMES, local: [] };
const optionsOf = (variables: NodeJS.ProcessEnv) => gatewayOptions(readConfig(variables), log, subgraphs);

it('forwards callbacks to the payment subgraph of the supergraph or SUBGRAPHS, and none where the gateway is alone', async () => {
  const { forwarded = [] } = await optionsOf({});
  expect(forwarded.map(({ subgraph, method, path }) => `${subgraph}: ${method} ${path}`)).toEqual([
    'payment: POST /webhooks/midtrans',
    'payment: POST /webhooks/xendit',
    'payment: GET /receipt.pdf',
    'payment: GET /credit-note.pdf',
    'customer: GET /.well-known/jwks.json',
    'messages: POST /unsubscribe',
    'messages: GET /mail',
  ]);
  expect((await optionsOf({ SUPERGRAPH_FILE: 'other.graphql' })).forwarded).toBeUndefined();

  const unit = createServer((request, response) => response.end(`heard ${request.url}`));
  await new Promise<void>((resolve) => unit.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(unit.address());
  const subgraphs = [{ name: 'payment', url: `http://127.0.0.1:${port}/graphql` }];
  const gateway = await startGateway(await optionsOf({ PORT: '0', SUBGRAPHS: JSON.stringify(subgraphs) }));
  const answer = await fetch(`http://127.0.0.1:${gateway.port}/webhooks/xendit?of=1`, { method: 'POST' });
  expect(await answer.text()).toBe('heard /webhooks/xendit?of=1');
  await gateway.stop();
  unit.close();
});

it('serves the pages behind links, and no mailbox in production', async () => {
  const { routes = [], forwarded = [] } = await optionsOf({
    NODE_ENV: 'production',
    JWKS_URL: 'http://127.0.0.1:9/jwks.json',
    SUBGRAPH_SECRET: 'a secret of at least thirty-two characters',
  });
  expect(routes.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['/reset', '/invitation', '/verify']),
  );
  expect(forwarded.map(({ path }) => path)).not.toContain('/mail');
});

it('is ready as long as what runs beside it is', async () => {
  let isWell = true;
  const options = await optionsOf({ PORT: '0' });
  const gateway = await startGateway({
    ...options,
    ready: async () => {
      if (!isWell) throw new Error('The database of order does not answer');
    },
  });
  const statusOf = async () => (await fetch(`http://127.0.0.1:${gateway.port}/health/ready`)).status;
  expect(await statusOf()).toBe(200);
  isWell = false;
  expect(await statusOf()).toBe(503);
  await gateway.stop();
});

describe('A gateway alone', () => {
  let folder: string;
  let shop: Shop;
  let catalogue: ForeignSubgraph;
  let reviews: ForeignSubgraph;
  let gateway: RunningGateway;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kedai-alone-'));
    shop = createShop();
    const contextOf =
      ({ context }: Shop['catalogue']) =>
      () =>
        context({ identity: ANONYMOUS, cause: { correlationId: '', traceparent: '' } });
    catalogue = await serveForeignSubgraph(shop.catalogue.schema, contextOf(shop.catalogue));
    reviews = await serveForeignSubgraph(shop.reviews.schema, contextOf(shop.reviews));
    const file = join(folder, 'supergraph.graphql');
    await writeFile(file, shop.supergraphSdl);
    const targets = [
      { name: 'catalogue', url: catalogue.url, ws: catalogue.url.replace('http', 'ws') },
      { name: 'reviews', url: reviews.url },
    ];
    gateway = await startGateway(
      await optionsOf({ SUPERGRAPH_FILE: file, PORT: '0', SUBGRAPHS: JSON.stringify(targets) }),
    );
    url = `http://127.0.0.1:${gateway.port}/graphql`;
  });
  afterAll(async () => {
    await gateway.stop();
    await catalogue.stop();
    await reviews.stop();
    await rm(folder, { recursive: true });
  });

  it('requests subgraphs at the addresses of SUBGRAPHS', async () => {
    expect(await new FrontEnd(url).execute('{ product(id: "1") { name reviews { body } } }')).toEqual({
      product: { name: 'Product 1', reviews: [{ body: 'Review of 1' }] },
    });
  });

  it("hands on the client's authorization over HTTP", async () => {
    catalogue.authorizations.length = 0;
    await new FrontEnd(url, 'of-rina').execute('{ product(id: "1") { name } }');
    await new FrontEnd(url).execute('{ product(id: "1") { name } }');
    expect(catalogue.authorizations).toEqual(['Bearer of-rina', undefined]);
  });

  it("hands on the client's authorization over sockets, never one's on another's", async () => {
    catalogue.authorizations.length = 0;
    const query = 'subscription { priceChanged(id: "1") { price } }';
    const streams = ['of-rina', 'of-sari', 'of-rina'].map((token) =>
      new FrontEnd(url, token).subscribe(query),
    );
    for (const stream of streams) await eventually(() => expect(stream.events).toHaveLength(1));
    expect([...new Set(catalogue.authorizations)]).toEqual(['Bearer of-rina', 'Bearer of-sari']);
    for (const stream of streams) stream.close();
  });

  it.each([
    ['a line break', '\n'],
    ['a control character', 'Bearer a\0b'],
    ['nothing but a space', ' '],
    ['a sign beyond Latin 1', 'Bearer ☕'],
    ['more than a header has room for', `Bearer ${'x'.repeat(20_000)}`],
  ])('refuses a socket whose authorization is not a valid header: %s', async (_what, authorization) => {
    const client = await new Peer(url).open();
    client.send({ type: 'connection_init', payload: { authorization } });
    expect((await client.closed).code).toBe(4403);
  });

  it('shares the answer to a token with no other token, whatever its cache hints', async () => {
    catalogue.authorizations.length = 0;
    const clients = ['of-rina', 'of-sari', undefined, 'of-rina', undefined].map(
      (token) => new FrontEnd(url, token),
    );
    for (const client of clients) await client.execute('{ notice { text } }');
    expect(catalogue.authorizations).toEqual(['Bearer of-rina', 'Bearer of-sari', undefined]);
    catalogue.authorizations.length = 0;
    await Promise.all(clients.map((client) => client.execute('{ product(id: "2") { name } }')));
    expect(catalogue.authorizations.filter((one) => one !== undefined).toSorted()).toEqual([
      'Bearer of-rina',
      'Bearer of-rina',
      'Bearer of-sari',
    ]);
  });

  it('refuses protected fields where no way to verify callers is configured', async () => {
    expect(await new FrontEnd(url, 'of-rina').codes('{ mine }')).toEqual(['UNAUTHENTICATED']);
  });
});

describe('A limit', () => {
  it('has the default that deploy/settings.md names', async () => {
    const text = await readFile(join(PROJECT_FOLDER, 'deploy', 'settings.md'), 'utf8');
    const documented = new Map(
      [...text.matchAll(/^\| +(`[A-Z_`, ]+`) +\| +([0-9, ]+) +\|/gm)].flatMap(
        ([, names = '', values = '']) => {
          const each = values.split(',').map(Number);
          return names
            .split(',')
            .map((name, index) => [name.trim().replaceAll('`', ''), each[index]] as const);
        },
      ),
    );
    const settings = [...documented.keys()].filter((name) => LIMIT_SETTING.test(name));
    const { limits, rateLimits, attemptBounds, upstreamLimits } = await optionsOf(
      Object.fromEntries(settings.map((name) => [name, String(documented.get(name))])),
    );
    expect(limits).toEqual(DEFAULT_LIMITS);
    expect(rateLimits).toEqual(DEFAULT_RATE_LIMITS);
    expect(attemptBounds).toEqual(DEFAULT_ATTEMPT_BOUNDS);
    expect(upstreamLimits).toEqual(DEFAULT_UPSTREAM_LIMITS);
  });

  it('is set by the environment, and holds', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kedai-limits-'));
    const supergraph = join(folder, 'supergraph.graphql');
    await writeFile(supergraph, createShop().supergraphSdl);
    const variables = { SUPERGRAPH_FILE: supergraph, PORT: '0', LIMIT_DEPTH: '1', LIMIT_BODY_BYTES: '500' };
    const gateway = await startGateway(await optionsOf(variables));
    const client = new FrontEnd(`http://127.0.0.1:${gateway.port}/graphql`);
    expect(await client.codes('{ product(id: "1") { id } }')).toEqual(['OPERATION_TOO_COMPLEX']);
    expect((await client.answer('{ __typename }', { padding: 'x'.repeat(500) })).status).toBe(413);
    expect(await client.codes('{ __typename }')).toEqual([]);
    await gateway.stop();
    await rm(folder, { recursive: true });
  });

  it('that is no positive whole number is named at start, with all others', () => {
    const wrong = {
      LIMIT_DEPTH: '0',
      LIMIT_COST: 'much',
      REQUESTS_PER_SECOND: '1.5',
      UPSTREAM_WAITING: '-1',
    };
    for (const name of Object.keys(wrong))
      expect(() => readConfig(wrong, { units: [gatewaySettings] })).toThrow(name);
  });

  it('of requests is off with RATE_LIMIT=off', async () => {
    expect((await optionsOf({ RATE_LIMIT: 'off', REQUESTS_PER_SECOND: '5' })).rateLimits).toBeUndefined();
  });
});

test('SUBGRAPHS that is no such list is one clear sentence', async () => {
  for (const setting of ['nonsense', '{}', '[{"name":"menu"}]', '[{"name":"menu","url":"not a url"}]']) {
    await expect(optionsOf({ SUBGRAPHS: setting })).rejects.toThrow(/^SUBGRAPHS must be a JSON list/);
  }
});

test('in production a gateway of Kedai names what it lacks', async () => {
  const production = { NODE_ENV: 'production' };
  await expect(optionsOf(production)).rejects.toThrow(/JWT_PUBLIC_KEY_FILE is missing/);
  await expect(optionsOf({ ...production, JWKS_URL: 'http://localhost/jwks.json' })).rejects.toThrow(
    /SUBGRAPH_SECRET is missing/,
  );
});

test('in production nothing is open that was not configured', async () => {
  const options = await optionsOf({ NODE_ENV: 'production', SUPERGRAPH_FILE: 'other.graphql' });
  expect(options).toMatchObject({ introspection: false, corsOrigins: [], production: true });
});

test('of all that Kedai streams, what is of outlets is shared between callers, and nothing that is a person’s', async () => {
  const { sharedByRole = [], supergraphFile } = await optionsOf({});
  const { apiSchema } = loadSupergraph(await readFile(supergraphFile, 'utf8'));
  const fields = Object.keys(apiSchema.getSubscriptionType()?.getFields() ?? {});
  const isShared = (field: string, selection = '{ __typename }') =>
    [...selectedOf(apiSchema, parse(`subscription { ${field} ${selection} }`))].every((one) =>
      sharedByRole.includes(one),
    );
  expect(fields.filter((field) => isShared(field)).toSorted()).toEqual([
    ...['availabilityChanged', 'kitchenQueueChanged', 'lowStock', 'ordersChanged', 'paymentsChanged'],
    ...['salesChanged', 'shelfHealthChanged', 'stockLevelChanged'],
  ]);
  expect(isShared('ordersChanged { order { customer { id } } }', '')).toBe(false);
});

test('a unit may be named by its address alone', async () => {
  const { subgraphs } = await optionsOf({
    MENU_URL: 'http://menu:4002',
    ORDER_URL: 'http://order:4003/graphql',
  });
  expect(subgraphs.get('menu')).toEqual({ url: 'http://menu:4002/graphql' });
  expect(subgraphs.get('order')).toEqual({ url: 'http://order:4003/graphql' });
});
