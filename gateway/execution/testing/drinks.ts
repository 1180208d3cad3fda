/** A menu, its stock and its customers: enough of a supergraph to test every rule of the executor. */
import { GraphQLError } from 'graphql';
import { type LocalSupergraph, localSupergraph } from './local-supergraph.js';

interface Row {
  readonly [field: string]: unknown;
}

const ROWS: Row[] = [
  { id: '1', name: 'Kopi', price: 20 },
  { id: '2', name: 'Teh', price: 10 },
];

function drink({ id }: Row): Row | undefined {
  return ROWS.find((row) => row.id === id);
}

export function drinks(): LocalSupergraph {
  let served = 0;
  return localSupergraph({
    menu: {
      typeDefs: `
        type Query { drinks: [Drink!]! drink(id: ID!): Drink node(id: ID!): Node! }
        type Mutation { serve: Served! }
        type Served { count: Int! drink: Drink }
        interface Node { id: ID! }
        type Drink implements Node @key(fields: "id") {
          id: ID!
          name(loud: Boolean = false): String!
          sign(loud: Boolean): String
          price(currency: String!): Int
          size: Size
          secret: String @inaccessible
        }
        enum Size { SMALL BARREL @inaccessible }
        type Subscription { drinkChanged(id: ID!): Drink! }`,
      resolvers: {
        Query: {
          drinks: () => ROWS,
          drink: (_: unknown, { id }: Row) => drink({ id }),
          node: (_: unknown, { id }: Row) => drink({ id }),
        },
        Mutation: {
          serve: () => {
            served += 1;
            return { count: served, drink: ROWS[0] };
          },
        },
        Node: { __resolveType: () => 'Drink' },
        Drink: {
          __resolveReference: drink,
          name: ({ name }: Row, { loud }: Row) => (loud ? String(name).toUpperCase() : name),
          sign: ({ name }: Row, { loud }: Row) => (loud ? String(name).toUpperCase() : name),
          price: ({ price }: Row, { currency }: Row) => (currency === 'IDR' ? Number(price) * 1_000 : price),
          size: ({ id }: Row) => (id === '1' ? 'SMALL' : 'BARREL'),
        },
      },
    },
    stock: {
      typeDefs: `
        type Query { restocked: [Drink] }
        type Mutation { restock: Drink }
        type Drink @key(fields: "id") {
          id: ID!
          price(currency: String!): Int @external
          left(unit: String): Int!
          served: Int
          worth: Int @requires(fields: "price(currency: \\"USD\\")")
          sign(loud: Boolean): String @external
          cry: String @requires(fields: "sign(loud: true)")
        }`,
      resolvers: {
        Query: { restocked: () => [{ id: '1' }, { id: '2' }, { id: '1' }, { id: '404' }] },
        Mutation: {
          restock: () => {
            served = 10;
            return { id: '1' };
          },
        },
        Drink: {
          __resolveReference: (reference: Row) => reference,
          left: ({ id }: Row, { unit }: Row) => {
            if (id === '2')
              throw new GraphQLError('nobody counted', { extensions: { code: 'FORBIDDEN', shelf: 4 } });
            return unit === 'litres' ? 3 : 7;
          },
          served: () => served,
          worth: ({ price }: Row) => Number(price) * 2,
          cry: ({ sign }: Row) => `${sign}!`,
        },
      },
    },
    people: {
      typeDefs: `
        type Query { regulars: [Person!] }
        type Person @key(fields: "id") { id: ID! name: String favourite: Drink orders: [Order] }
        type Order { lines: [[Drink]] }
        type Drink @key(fields: "id") {
          id: ID!
          fans: [Person!]
          left(unit: String): Int! @external
          rounds: Int @requires(fields: "left")
        }`,
      resolvers: {
        Query: { regulars: () => [{ id: 'a' }, { id: 'b' }, { id: 'c' }] },
        Person: {
          __resolveReference: (reference: Row) => reference,
          name: ({ id }: Row) => `Person ${id}`,
          favourite: ({ id }: Row) => (id === 'b' ? null : { id: '1' }),
          orders: () => [{ lines: [[{ id: '1' }, null], [{ id: '2' }]] }, null],
        },
        Drink: {
          __resolveReference: (reference: Row) => reference,
          fans: () => [{ id: 'a' }],
          rounds: ({ left }: Row) => Number(left) * 10,
        },
      },
    },
  });
}
