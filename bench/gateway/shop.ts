/**
 * The scene that gateways are usually compared in: people, products, what is in stock, and reviews that tie them together.
 * Small tables and real resolvers, so that every stored answer is that of a real subgraph.
 */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse } from 'graphql';
import type { Scene } from './scene.js';

type Row = Readonly<Record<string, unknown>>;

const LINK = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: ["@key", "@external", "@requires", "@provides", "@shareable", "@authenticated", "@requiresScopes"]
)`;

const USERS = ['ayu', 'bima', 'citra', 'dian', 'eka', 'fajar'].map((username, index) => ({
  id: `u${index + 1}`,
  username,
  name: `${username.charAt(0).toUpperCase()}${username.slice(1)} ${['Lestari', 'Pratama', 'Wijaya'][index % 3]}`,
}));

const PRODUCTS = ['Table', 'Couch', 'Chair', 'Lamp', 'Shelf', 'Desk', 'Stool', 'Rug', 'Mirror'].map(
  (name, index) => ({
    upc: `p${index + 1}`,
    name,
    price: 300 + index * 145,
    weight: 50 + index * 120,
    inStock: index % 4 !== 3,
  }),
);

const REVIEWS = Array.from({ length: 27 }, (_, index) => ({
  id: `r${index + 1}`,
  body: `${['Love it', 'Too expensive', 'Could be better', 'Prefer something else'][index % 4]}, says number ${index + 1}.`,
  authorId: `u${(index % USERS.length) + 1}`,
  upc: `p${((index * 5) % PRODUCTS.length) + 1}`,
}));

function byKey(rows: readonly Row[], key: string) {
  return (reference: Row): Row | undefined => rows.find((row) => row[key] === reference[key]);
}

const SUBGRAPHS = [
  {
    name: 'accounts',
    typeDefs: `${LINK}
      type Query { me: User @authenticated users: [User!]! @requiresScopes(scopes: [["orders:read"]]) user(id: ID!): User }
      type User @key(fields: "id") { id: ID! name: String username: String @shareable }`,
    resolvers: {
      Query: {
        me: () => USERS[0],
        users: () => USERS,
        user: (_: unknown, { id }: Row) => byKey(USERS, 'id')({ id }),
      },
      User: { __resolveReference: byKey(USERS, 'id') },
    },
  },
  {
    name: 'products',
    typeDefs: `${LINK}
      type Query { topProducts(first: Int = 5): [Product!]! product(upc: ID!): Product }
      type Product @key(fields: "upc") { upc: ID! name: String price: Int weight: Int }`,
    resolvers: {
      Query: {
        topProducts: (_: unknown, { first }: Row) => PRODUCTS.slice(0, Number(first)),
        product: (_: unknown, { upc }: Row) => byKey(PRODUCTS, 'upc')({ upc }),
      },
      Product: { __resolveReference: byKey(PRODUCTS, 'upc') },
    },
  },
  {
    name: 'inventory',
    typeDefs: `${LINK}
      type Product @key(fields: "upc") {
        upc: ID!
        price: Int @external
        weight: Int @external
        inStock: Boolean
        shippingEstimate: Int @requires(fields: "price weight") @requiresScopes(scopes: [["stock:read"], ["menu:manage"]])
      }`,
    resolvers: {
      Product: {
        __resolveReference: (reference: Row) => ({ ...byKey(PRODUCTS, 'upc')(reference), ...reference }),
        shippingEstimate: ({ price, weight }: Row) => (Number(price) > 1_000 ? 0 : Number(weight) / 2),
      },
    },
  },
  {
    name: 'reviews',
    typeDefs: `${LINK}
      type Review @key(fields: "id") {
        id: ID!
        body: String
        author: User @provides(fields: "username") @authenticated
        product: Product
      }
      type User @key(fields: "id") { id: ID! username: String @external reviews: [Review!] }
      type Product @key(fields: "upc") { upc: ID! reviews: [Review!] }`,
    resolvers: {
      Review: {
        __resolveReference: byKey(REVIEWS, 'id'),
        author: ({ authorId }: Row) => byKey(USERS, 'id')({ id: authorId }),
        product: ({ upc }: Row) => ({ upc }),
      },
      User: { reviews: ({ id }: Row) => REVIEWS.filter(({ authorId }) => authorId === id) },
      Product: { reviews: ({ upc }: Row) => REVIEWS.filter((review) => review.upc === upc) },
    },
  },
] satisfies { name: string; typeDefs: string; resolvers: unknown }[];

const schemas = new Map(
  SUBGRAPHS.map(({ name, typeDefs, resolvers }) => [
    name,
    buildSubgraphSchema({ typeDefs: parse(typeDefs), resolvers }),
  ]),
);

const operations = {
  small: { query: 'query Small { me { id username name } }' },
  deep: {
    query: `query Deep {
      users { ...Person reviews { ...Words product { ...Thing reviews { ...Words author { ...Person reviews { ...Words product { ...Thing } } } } } } }
      topProducts { ...Thing reviews { ...Words author { ...Person reviews { ...Words product { ...Thing } } } } }
    }
    fragment Person on User { id username name }
    fragment Words on Review { id body }
    fragment Thing on Product { inStock name price shippingEstimate upc weight }`,
  },
};

/** One fetch, and the shape in which every entity leads to others. */
export const SHOP: Scene = {
  name: 'shop',
  subgraphs: SUBGRAPHS.map(({ name, typeDefs }) => ({ name, typeDefs: parse(typeDefs) })),
  operations,
  async answer(name, document, variableValues) {
    const schema = schemas.get(name);
    if (!schema) throw new Error(`No subgraph ${name}`);
    return execute({ schema, document, variableValues });
  },
};
