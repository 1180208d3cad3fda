/** Keys that mislead Apollo's planner. */
import { describe, expect, it } from 'vitest';
import { localSupergraph } from '../execution/testing/local-supergraph.js';

interface Row {
  readonly [field: string]: unknown;
}

const reference = (row: Row) => row;

describe('a key that its subgraph cannot resolve', () => {
  it('is not used to come back to the subgraph with what a field requires', async () => {
    const local = localSupergraph({
      orders: {
        typeDefs: `
          type Query { orders: [Order!]! }
          type Order { lines: [Line!]! }
          type Line
            @key(fields: "sku { make size }", resolvable: false)
            @key(fields: "number sku { make }")
            @key(fields: "number", resolvable: false) {
            number: ID!
            sku: Sku!
            weight: Int @external
            freight: Int @requires(fields: "weight")
          }
          type Sku { make: ID! size: ID! }`,
        resolvers: {
          Query: { orders: () => [{ lines: [{ number: '1', sku: { make: 'm', size: 's' } }] }] },
          Line: {
            __resolveReference: ({ number, sku, ...rest }: Row) =>
              number === undefined ? null : { number, sku, ...rest },
            freight: ({ weight }: Row) => Number(weight) * 3,
          },
        },
      },
      scales: {
        typeDefs: `
          type Line @key(fields: "number") @key(fields: "sku { make size }", resolvable: false) {
            number: ID!
            sku: Sku!
            weight: Int
          }
          type Sku { make: ID! size: ID! }`,
        resolvers: { Line: { __resolveReference: reference, weight: () => 7 } },
      },
    });
    expect(await local.ask('{ orders { lines { weight freight } } }')).toEqual({
      data: { orders: [{ lines: [{ weight: 7, freight: 21 }] }] },
    });
  });
});
