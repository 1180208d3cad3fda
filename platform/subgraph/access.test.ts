/** A subgraph enforces its own access rules for every caller. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, graphql, parse } from 'graphql';
import { beforeAll, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '../identity/identity.js';
import { bindIdentity, enforceAccess } from './access.js';

const resolved: string[] = [];
const resolver = (field: string, answer: unknown) => () => {
  resolved.push(field);
  return answer;
};

let schema: GraphQLSchema;

beforeAll(() => {
  schema = enforceAccess(
    buildSubgraphSchema([
      {
        typeDefs: parse(`
          extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@requiresScopes", "@policy"])
          type Query {
            open: Int
            mine(n: Int!): Int @authenticated
            stock: Int @requiresScopes(scopes: [["stock:read", "orders:read"], ["finance:read"]])
            secret: Secret
            odd: Odd
            never: Int @policy(policies: [["unknown"]])
          }
          type Secret @authenticated { text: String }
          scalar Odd @authenticated
          type Item @key(fields: "id") { id: ID! price: Int @authenticated }
        `),
        resolvers: {
          Query: {
            open: resolver('open', 1),
            mine: resolver('mine', 2),
            stock: resolver('stock', 3),
            secret: resolver('secret', { text: 'x' }),
            odd: resolver('odd', 5),
            never: resolver('never', 6),
          },
          Item: { __resolveReference: ({ id }: { id: string }) => ({ id, price: 7 }) },
        },
      },
    ]),
  );
});

const RINA: Identity = { customerId: 'rina', roles: [] };
const SARI: Identity = {
  customerId: 'sari',
  roles: [{ role: 'BARISTA', outletId: 'o1', franchiseId: null }],
};

async function answer(source: string, identity: Identity | undefined) {
  resolved.length = 0;
  const contextValue = identity === undefined ? {} : bindIdentity({}, identity);
  const { data, errors = [] } = await graphql({ schema, source, contextValue });
  return { data: { ...data }, codes: errors.map(({ extensions }) => extensions.code) };
}

test('an anonymous caller gets the open fields, and no other resolver runs', async () => {
  for (const caller of [ANONYMOUS, undefined]) {
    const { data, codes } = await answer('{ open mine(n: 1) stock secret { text } odd never }', caller);
    expect(data).toEqual({ open: 1, mine: null, stock: null, secret: null, odd: null, never: null });
    expect(codes).toEqual(Array.from({ length: 5 }, () => 'UNAUTHENTICATED'));
    expect(resolved).toEqual(['open']);
  }
});

test('a signed-in caller gets fields that require no more, and FORBIDDEN for the rest', async () => {
  const { data, codes } = await answer('{ mine(n: 1) stock secret { text } odd never }', RINA);
  expect(data).toMatchObject({ mine: 2, stock: null, secret: { text: 'x' }, odd: 5, never: null });
  expect(codes).toEqual(['FORBIDDEN', 'FORBIDDEN']);
});

test('a caller who holds every scope of one set gets the field that requires it', async () => {
  expect((await answer('{ stock }', SARI)).data).toEqual({ stock: 3 });
});

test('an entity fetch does not bypass the rules', async () => {
  const source =
    '{ _entities(representations: [{ __typename: "Item", id: "1" }]) { ... on Item { id price } } }';
  const { data, codes } = await answer(source, ANONYMOUS);
  expect(data).toEqual({ _entities: [{ id: '1', price: null }] });
  expect(codes).toEqual(['UNAUTHENTICATED']);
});
