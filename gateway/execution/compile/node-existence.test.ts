/** `node(id:)` of ids that exist and of ids that do not, whose types belong to other subgraphs. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ErrorCode, requestError } from '../../../platform/errors.js';
import { type LocalSupergraph, localSupergraph } from '../testing/local-supergraph.js';

interface Reference {
  readonly id: string;
}

const NODE = 'interface Node { id: ID! }';

let local: LocalSupergraph;
beforeEach(() => {
  local = localSupergraph({
    menu: {
      typeDefs: `${NODE}
        type Query { node(id: ID!): Node }
        type Drink implements Node @key(fields: "id") { id: ID! name: String }
        type Order implements Node @key(fields: "id", resolvable: false) { id: ID! }
        type Payment implements Node @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: {
        Query: {
          node: (_: unknown, { id }: Reference) => {
            if (id.startsWith('drink')) return { __typename: 'Drink', id, name: 'Teh' };
            return { __typename: id.startsWith('order') ? 'Order' : 'Payment', id };
          },
        },
        Node: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      },
    },
    orders: {
      typeDefs: 'type Order @key(fields: "id") { id: ID! note: String number: Int! }',
      resolvers: {
        Order: {
          __resolveReference: ({ id }: Reference) =>
            id === 'order-1' ? { id, note: null, number: 7 } : null,
        },
      },
    },
    payments: {
      typeDefs: `
        type Payment @key(fields: "id") { id: ID! method: String }
        type Order @key(fields: "id") { id: ID! payment: Payment }`,
      resolvers: {
        Order: { __resolveReference: (order: Reference) => order, payment: () => ({ id: 'payment-1' }) },
        Payment: { __resolveReference: ({ id }: Reference) => (id === 'payment-1' ? { id } : null) },
      },
    },
  });
});

const requested = () => local.sent.map(({ service }) => service);
const notFoundAt = (...paths: string[]) =>
  paths.map((path) =>
    expect.objectContaining({ path: [path], extensions: expect.objectContaining({ code: 'NOT_FOUND' }) }),
  );

describe('node(id:)', () => {
  it.each(['id', '__typename', 'own: id', 'id: __typename', '... on Order { id }', '... on Drink { name }'])(
    'is null and NOT_FOUND for an unknown id, also where nothing but { %s } is selected',
    async (selection) => {
      const answer = await local.ask(`{ node(id: "order-2") { ${selection} } }`);
      expect(answer).toEqual({ data: { node: null }, errors: notFoundAt('node') });
      expect(requested()).toEqual(['menu', 'orders']);
    },
  );

  it('is the object for an id that exists', async () => {
    expect(await local.ask('{ node(id: "order-1") { id } }')).toEqual({ data: { node: { id: 'order-1' } } });
    expect(await local.ask('{ node(id: "payment-1") { __typename } }')).toEqual({
      data: { node: { __typename: 'Payment' } },
    });
  });

  it('is NOT_FOUND once, whatever is selected of whichever subgraph', async () => {
    const query = '{ node(id: "order-2") { id ... on Order { number note payment { method } } } }';
    expect(await local.ask(query)).toEqual({ data: { node: null }, errors: notFoundAt('node') });
  });

  it('is checked by the request that fetches its other fields', async () => {
    const query = '{ node(id: "order-1") { ... on Order { number } } }';
    expect(await local.ask(query)).toEqual({ data: { node: { number: 7 } } });
    expect(requested()).toEqual(['menu', 'orders']);
  });

  it('is checked wherever it is selected, by any name', async () => {
    const query = `query ($no: Boolean = false) {
      ...Nodes
      skipped: node(id: "order-2") @include(if: $no) { id }
      id: node(id: "order-1") { id }
    }
    fragment Nodes on Query { one: node(id: "order-2") { id } other: node(id: "payment-2") { id } }`;
    expect(await local.ask(query)).toEqual({
      data: { one: null, other: null, id: { id: 'order-1' } },
      errors: expect.arrayContaining(notFoundAt('one', 'other')),
    });
  });

  it('of a type that its own subgraph resolves is checked by no other', async () => {
    expect(await local.ask('{ node(id: "drink-1") { id } }')).toEqual({ data: { node: { id: 'drink-1' } } });
    expect(requested()).toEqual(['menu']);
  });

  it('is null with the error of a subgraph that is away', async () => {
    local.clients.set('orders', {
      name: 'orders',
      execute: async () => ({
        errors: [requestError(ErrorCode.SUBGRAPH_UNAVAILABLE, 'orders is unavailable')],
      }),
      subscribe: () => Promise.reject(new TypeError('No streams here')),
      close: async () => {},
    });
    expect(await local.ask('{ node(id: "order-1") { id } }')).toMatchObject({
      data: { node: null },
      errors: [{ path: ['node'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
    });
  });
});

it('a field called node elsewhere is like any other', async () => {
  const other = localSupergraph({
    menu: {
      typeDefs: `type Query { edge: Edge } type Edge { node: Order } type Order @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: { Query: { edge: () => ({ node: { id: 'order-2' } }) } },
    },
    orders: {
      typeDefs: 'type Order @key(fields: "id") { id: ID! number: Int }',
      resolvers: { Order: { __resolveReference: () => null } },
    },
  });
  expect(await other.ask('{ edge { node { id } } }')).toEqual({
    data: { edge: { node: { id: 'order-2' } } },
  });
  expect(other.sent).toHaveLength(1);
});
