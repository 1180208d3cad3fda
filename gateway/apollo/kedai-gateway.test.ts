/** What people give to `ApolloGateway`, given to Kedai's, in a real Apollo Server in front of real subgraphs over HTTP. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { composeServices } from '@apollo/composition';
import { IntrospectAndCompose, RemoteGraphQLDataSource, type SupergraphManager } from '@apollo/gateway';
import { ApolloServer, type BaseContext } from '@apollo/server';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '../../platform/log.js';
import { eventually } from '../../tests/support/wait.js';
import { KedaiGateway, type KedaiGatewayOptions } from './kedai-gateway.js';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@requiresScopes"])';
const DRINKS = `${LINK}
  type Query { drinks: [Drink!] secret: String @authenticated margin: Int @requiresScopes(scopes: [["sales:read"]]) }
  type Drink @key(fields: "id") { id: ID! name: String! }`;
const PRICES = `${LINK}
  type Drink @key(fields: "id") { id: ID! price: Int }`;

interface Subgraph {
  readonly name: string;
  readonly url: string;
  /** Of every request so far. */
  readonly headers: IncomingHttpHeaders[];
}

describe('KedaiGateway', () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    vi.unstubAllEnvs();
  });

  async function subgraph(name: string, typeDefs: string, resolvers: object): Promise<Subgraph> {
    const schema = buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers: { ...resolvers } }]);
    const headers: IncomingHttpHeaders[] = [];
    const server = createServer(async (request, response) => {
      headers.push(request.headers);
      let body = '';
      for await (const chunk of request) body += chunk;
      const { query, variables }: { query: string; variables?: Record<string, unknown> } = JSON.parse(body);
      const answer = await graphql({ schema, source: query, variableValues: variables ?? {} });
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const { port } = server.address() as AddressInfo;
    return { name, url: `http://127.0.0.1:${port}/graphql`, headers };
  }

  const drinks = () =>
    subgraph('drinks', DRINKS, {
      Query: { drinks: () => [{ id: '1', name: 'Teh Susu' }], secret: () => 'told', margin: () => 40 },
    });
  const prices = () =>
    subgraph('prices', PRICES, {
      Drink: { __resolveReference: ({ id }: { id: string }) => ({ id }), price: () => 18_000 },
    });

  function compose(...subgraphs: readonly Subgraph[]): string {
    const typeDefs: Readonly<Record<string, string>> = { drinks: DRINKS, prices: PRICES };
    const { supergraphSdl, errors } = composeServices(
      subgraphs.map(({ name, url }) => ({ name, url, typeDefs: parse(typeDefs[name] ?? '') })),
    );
    if (supergraphSdl === undefined) throw new Error(String(errors));
    return supergraphSdl;
  }

  async function serve<Context extends BaseContext>(options: KedaiGatewayOptions<Context>) {
    const server = new ApolloServer<Context>({
      gateway: new KedaiGateway<Context>({ log: createLog('silent'), ...options }),
      stopOnTerminationSignals: false,
    });
    await server.start();
    closing.push(() => server.stop());
    return async (query: string, contextValue: Context) => {
      const { body } = await server.executeOperation({ query }, { contextValue });
      if (body.kind !== 'single') throw new Error('An answer is whole');
      return body.singleResult;
    };
  }

  const QUERY = '{ drinks { name price } }';
  const DATA = { drinks: [{ name: 'Teh Susu', price: 18_000 }] };

  it('serves the text of a supergraph', async () => {
    const ask = await serve({ supergraphSdl: compose(await drinks(), await prices()) });
    expect(await ask(QUERY, {})).toEqual({ data: DATA });
  });

  it('serves what IntrospectAndCompose composes of running subgraphs', async () => {
    const subgraphs = [await drinks(), await prices()];
    const ask = await serve({
      supergraphSdl: new IntrospectAndCompose({ subgraphs, subgraphHealthCheck: true }),
    });
    expect(await ask(QUERY, {})).toEqual({ data: DATA });
  });

  it('serves the updates of a hook, refuses those that cannot be served, and cleans up', async () => {
    const [first, second] = [await drinks(), await prices()];
    const seen: unknown[] = [];
    let publish: (sdl: string) => void = () => {};
    let isCleaned = false;
    const gateway = new KedaiGateway({
      log: createLog('silent'),
      async supergraphSdl({ update }) {
        publish = update;
        return {
          supergraphSdl: compose(first),
          async cleanup() {
            isCleaned = true;
          },
        };
      },
    });
    gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
      seen.push(Object.keys(apiSchema.getType('Drink')?.toConfig() ?? {}).length > 0);
    });
    const server = new ApolloServer({ gateway, stopOnTerminationSignals: false });
    await server.start();
    const ask = async () => (await server.executeOperation({ query: QUERY })).body;
    expect(await ask()).toMatchObject({
      singleResult: { errors: [{ message: /Cannot query field "price"/ }] },
    });
    expect(() => publish('type Query { broken')).toThrow();
    publish(compose(first, second));
    await eventually(async () => expect(await ask()).toMatchObject({ singleResult: { data: DATA } }));
    expect(seen).toHaveLength(2);
    await server.stop();
    expect(isCleaned).toBe(true);
  });

  it('fails to load where a manager finds a subgraph that does not answer', async () => {
    const first = await drinks();
    const gone = { name: 'prices', url: 'http://127.0.0.1:9/graphql', headers: [] };
    const manager: SupergraphManager = {
      async initialize({ healthCheck }) {
        const supergraphSdl = compose(first, gone);
        await healthCheck(supergraphSdl);
        return { supergraphSdl };
      },
    };
    const gateway = new KedaiGateway({ log: createLog('silent'), supergraphSdl: manager });
    await expect(gateway.load({ apollo: {} })).rejects.toThrow('prices');
    await gateway.stop();
  });

  it('sends requests through the data sources that buildService makes, with their hooks', async () => {
    const subgraphs = [await drinks(), await prices()];
    const received: string[] = [];
    class Forwarding extends RemoteGraphQLDataSource<{ tenant?: string }> {
      override willSendRequest({
        request,
        context,
      }: Parameters<NonNullable<RemoteGraphQLDataSource<{ tenant?: string }>['willSendRequest']>>[0]) {
        request.http?.headers.set('x-tenant', context.tenant ?? 'none');
      }
      override didReceiveResponse({
        response,
      }: Parameters<NonNullable<RemoteGraphQLDataSource['didReceiveResponse']>>[0]) {
        received.push(JSON.stringify(response.data));
        return response;
      }
    }
    const ask = await serve<{ tenant?: string }>({
      supergraphSdl: compose(...subgraphs),
      buildService: ({ url }) => new Forwarding(url === undefined ? {} : { url }),
    });
    expect(await ask(QUERY, { tenant: 'menteng' })).toEqual({ data: DATA });
    expect(received).toHaveLength(2);
    for (const { headers } of subgraphs) expect(headers.at(-1)).toMatchObject({ 'x-tenant': 'menteng' });
    expect(subgraphs[0]?.headers[0]?.traceparent).toMatch(/^00-[0-9a-f]{32}-/);
  });

  it('reports a subgraph behind a data source as unavailable, with the path', async () => {
    const gone = { name: 'prices', url: 'http://127.0.0.1:9/graphql', headers: [] };
    const ask = await serve({
      supergraphSdl: compose(await drinks(), gone),
      buildService: ({ url }) => new RemoteGraphQLDataSource(url === undefined ? {} : { url }),
    });
    expect(await ask(QUERY, {})).toMatchObject({
      data: { drinks: [{ name: 'Teh Susu', price: null }] },
      errors: [{ path: ['drinks', 0, 'price'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
    });
  });

  it('treats every caller as anonymous without callerOf, and requests no subgraph for fields that demand one', async () => {
    const first = await drinks();
    const ask = await serve({ supergraphSdl: compose(first, await prices()) });
    expect(await ask('{ secret margin }', { authorization: 'Bearer anything' })).toMatchObject({
      data: { secret: null, margin: null },
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }, { extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect(first.headers).toEqual([]);
  });

  it('enforces the scopes of the caller that callerOf names, and forwards the authorization it is given', async () => {
    const first = await drinks();
    const ask = await serve<{ scopes: string[] }>({
      supergraphSdl: compose(first, await prices()),
      callerOf: ({ scopes }) => ({ scopes, authorization: 'Bearer upstream' }),
    });
    expect(await ask('{ secret margin }', { scopes: [] })).toMatchObject({
      data: { secret: 'told', margin: null },
      errors: [{ path: ['margin'], extensions: { code: 'FORBIDDEN' } }],
    });
    expect(first.headers[0]).toMatchObject({ authorization: 'Bearer upstream' });
    expect(await ask('{ margin }', { scopes: ['sales:read'] })).toEqual({ data: { margin: 40 } });
  });

  it('bounds documents, which Apollo Server does not', async () => {
    const first = await drinks();
    const ask = await serve({ supergraphSdl: compose(first, await prices()) });
    const aliases = Array.from({ length: 101 }, (_, index) => `d${index}: drinks { id }`).join(' ');
    expect(await ask(`{ ${aliases} }`, {})).toMatchObject({
      errors: [{ extensions: { code: 'OPERATION_TOO_COMPLEX' } }],
    });
    expect(first.headers).toEqual([]);
  });

  it('serves what Uplink delivers for the key and graph of Apollo Server', async () => {
    const supergraphSdl = compose(await drinks(), await prices());
    const asked: unknown[] = [];
    const uplink = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      asked.push(JSON.parse(body).variables);
      const routerConfig = { __typename: 'RouterConfigResult', id: '1', supergraphSdl, minDelaySeconds: 30 };
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ data: { routerConfig } }));
    });
    await new Promise<void>((resolve) => uplink.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => uplink.close(resolve)));
    const { port } = uplink.address() as AddressInfo;
    vi.stubEnv('APOLLO_SCHEMA_CONFIG_DELIVERY_ENDPOINT', `http://127.0.0.1:${port}/`);
    const gateway = new KedaiGateway({ log: createLog('silent') });
    const schemas: string[] = [];
    gateway.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => schemas.push(coreSupergraphSdl));
    await gateway.load({ apollo: { key: 'service:kedai:secret', graphRef: 'kedai@current' } });
    closing.push(() => gateway.stop());
    expect(schemas).toEqual([supergraphSdl]);
    expect(asked).toEqual([
      expect.objectContaining({ apiKey: 'service:kedai:secret', ref: 'kedai@current' }),
    ]);
  });

  it('says what is missing where there is neither a supergraph nor a graph of Uplink', async () => {
    await expect(new KedaiGateway({ log: createLog('silent') }).load({ apollo: {} })).rejects.toThrow(
      'APOLLO_KEY',
    );
  });
});
