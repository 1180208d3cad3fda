import { GraphQLError } from 'graphql';
import { beforeEach, describe, expect, it } from 'vitest';
import { execute } from '../execute.js';
import { drinks } from '../testing/drinks.js';
import type { LocalSupergraph } from '../testing/local-supergraph.js';

let local: LocalSupergraph;
beforeEach(() => {
  local = drinks();
});

describe('errors', () => {
  it('reports a subgraph’s error at every place that shows the entity, with its code and its service', async () => {
    const { data, errors } = await local.ask('{ regulars { orders { lines { id left } } } }');
    expect(data).toMatchObject({
      regulars: [{ orders: [{ lines: [[{ left: 7 }, null], [null]] }, null] }, {}, {}],
    });
    expect(errors).toEqual(
      [0, 1, 2].map((index) => ({
        message: 'nobody counted',
        path: ['regulars', index, 'orders', 0, 'lines', 1, 0, 'left'],
        extensions: { code: 'FORBIDDEN', shelf: 4, serviceName: 'stock' },
      })),
    );
  });

  it('answers with the rest when a subgraph is gone', async () => {
    local.clients.delete('stock');
    expect(await local.ask('{ drinks { name served } }')).toEqual({
      data: {
        drinks: [
          { name: 'Kopi', served: null },
          { name: 'Teh', served: null },
        ],
      },
      errors: [0, 1].map((index) => ({
        message: 'Subgraph "stock" is unavailable',
        path: ['drinks', index, 'served'],
        extensions: { code: 'SUBGRAPH_UNAVAILABLE', serviceName: 'stock' },
      })),
    });
  });

  it('reports a subgraph that is away once at every field that it left empty', async () => {
    for (const name of ['stock', 'people']) local.clients.delete(name);
    const { errors = [] } = await local.ask(`query ($no: Boolean = false) {
      first: drink(id: 1) { left served @include(if: $no) fans { name } }
      again: drink(id: 1) { left }
      regulars { id }
      others: regulars { id }
    }`);
    const places = errors.map(({ path, extensions }) => [path?.join('.'), extensions.serviceName]);
    expect(places.toSorted()).toEqual([
      ['again.left', 'stock'],
      ['first.fans', 'people'],
      ['first.left', 'stock'],
      ['others', 'people'],
      ['regulars', 'people'],
    ]);
  });

  it('takes a client that throws for a subgraph that is gone', async () => {
    const stock = local.clients.get('stock');
    if (!stock) throw new Error('No stock');
    local.clients.set('stock', {
      ...stock,
      execute: async () => {
        throw new Error('connect ECONNREFUSED 10.0.0.7:4005');
      },
    });
    const answer = await local.ask('{ drinks { name served } }');
    expect(answer.errors?.[0]?.extensions.code).toBe('SUBGRAPH_UNAVAILABLE');
    expect(JSON.stringify(answer)).not.toContain('10.0.0.7');
  });

  it('leaves out stack traces and addresses of a subgraph’s errors', async () => {
    const stock = local.clients.get('stock');
    if (!stock) throw new Error('No stock');
    const extensions = {
      stacktrace: ['at /srv'],
      response: { url: 'http://10.0.0.7' },
      exception: {},
      kept: 1,
    };
    local.clients.set('stock', {
      ...stock,
      execute: async () => ({ errors: [new GraphQLError('', { extensions })] }),
    });
    expect((await local.ask('{ drink(id: 1) { served } }')).errors).toEqual([
      {
        message: 'Error while fetching subquery from service "stock"',
        extensions: { kept: 1, code: 'DOWNSTREAM_SERVICE_ERROR', serviceName: 'stock' },
      },
    ]);
  });

  it('spreads a null to the nearest place that allows it, with an error where no subgraph reported one', async () => {
    const people = local.clients.get('people');
    if (!people) throw new Error('No people');
    local.clients.set('people', {
      ...people,
      execute: async () => ({ data: { regulars: [{ id: 'a' }, { id: null }] } }),
    });
    expect(await local.ask('{ regulars { id } }')).toEqual({
      data: { regulars: null },
      errors: [
        {
          message: 'Cannot return null for non-nullable field Person.id.',
          path: ['regulars', 1, 'id'],
          extensions: { code: 'INTERNAL_SERVER_ERROR' },
        },
      ],
    });
  });

  it('reports an entity that its subgraph does not know, behind a field that cannot be null', async () => {
    const menu = local.clients.get('menu');
    if (!menu) throw new Error('No menu');
    local.clients.set('menu', { ...menu, execute: async () => ({ data: { _entities: [null] } }) });
    expect(await local.ask('{ regulars { id favourite { name } } }')).toEqual({
      data: { regulars: ['a', 'b', 'c'].map((id) => ({ id, favourite: null })) },
      errors: [0, 2].map((index) => ({
        message: 'Drink not found',
        path: ['regulars', index, 'favourite', 'name'],
        extensions: { code: 'NOT_FOUND' },
      })),
    });
  });

  it('adds no error of its own to what a subgraph reported, and one to what it did not', async () => {
    const menu = local.clients.get('menu');
    if (!menu) throw new Error('No menu');
    const lost = new GraphQLError('lost', { path: ['drinks', 0, 'name'] });
    local.clients.set('menu', {
      ...menu,
      execute: async () => ({
        data: { drinks: null, a: { name: null }, b: { size: 'HUGE' } },
        errors: [lost],
      }),
    });
    const { data, errors } = await local.ask(
      '{ a: drink(id: 1) { name } b: drink(id: 2) { size } regulars { id } }',
    );
    expect(data).toMatchObject({ a: null, b: { size: null } });
    expect(errors?.map(({ path }) => path?.join('.'))).toEqual(['drinks.0.name', 'a.name', 'b.size']);
  });

  it('refuses variables that do not fit without a subgraph request, and suggests nothing', async () => {
    const { data, errors } = await local.ask(
      'query ($id: ID!, $loud: Boolean) { drink(id: $id) { name(loud: $loud) } }',
      {
        loud: 'very',
      },
    );
    expect(data).toBeUndefined();
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT']);
    expect(local.sent).toEqual([]);
  });

  it('sends no further request once the caller is gone', async () => {
    const { signal } = { signal: AbortSignal.abort() };
    const options = { clients: local.clients, call: { ...local.call, signal } };
    const { data, errors } = await execute(local.prepare('{ drinks { name } }'), options);
    expect(data).toBeNull();
    expect(errors?.map(({ message }) => message)).toEqual(['The operation was cancelled']);
    expect(local.sent).toEqual([]);
  });
});
