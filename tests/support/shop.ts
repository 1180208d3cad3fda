/**
 * A small supergraph for tests of the gateway, of two real subgraphs composed by Apollo's composition: `catalogue` owns
 * products and tells of their prices, `reviews` adds to them. They keep what they were asked, and by whom.
 */
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, parse } from 'graphql';
import { AsyncQueue } from '../../platform/kit/async-queue.js';
import { enforceAccess } from '../../platform/subgraph/access.js';
import type { ServableSubgraph } from '../../platform/subgraph/serve.js';
import type { OperationCall } from '../../platform/subgraph/subgraph.js';

const LINK = `
  extend schema @link(
    url: "https://specs.apollo.dev/federation/v2.9"
    import: ["@key", "@shareable", "@authenticated", "@requiresScopes", "@policy", "@cost", "@listSize", "@inaccessible", "@composeDirective"]
  )
`;

const CATALOGUE = parse(`
  ${LINK}
  extend schema
    @link(url: "https://shop.test/cacheControl/v1.0", import: ["@cacheControl"])
    @composeDirective(name: "@cacheControl")
  directive @cacheControl(maxAge: Int, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT
  type Query {
    products(first: Int): [Product!]! @listSize(assumedSize: 10, slicingArguments: ["first"], requireOneSlicingArgument: false)
    product(id: ID!): Product
    media: [Media!]!
    mine: String @authenticated
    stock: Int @requiresScopes(scopes: [["stock:read", "orders:prepare"], ["menu:manage"]])
    vault: Vault
    slow: Product
    notice: Notice
    fail(how: Failure!): String
  }
  type Mutation {
    reprice(id: ID!, price: Int!): Product
    order(input: OrderInput!): Product @authenticated
    enter(input: EnterInput!): EnterPayload
  }
  type Subscription {
    priceChanged(id: ID!): Product!
    myTicks: Int! @authenticated
    shiftTicks: Int! @requiresScopes(scopes: [["orders:prepare"]])
  }
  input EnterInput { name: String!, password: String! }
  type EnterPayload { pass: String, refusal: String }
  input OrderInput { id: ID!, quantity: Int! }
  enum Failure { THROWN REFUSED NULL }
  type Product @key(fields: "id") {
    id: ID!
    name: String!
    price: Int!
    margin: Int @requiresScopes(scopes: [["stock:read"]])
    language: String
    related(first: Int): [Product!]! @listSize(assumedSize: 10, slicingArguments: ["first"], requireOneSlicingArgument: false)
    supplier: Supplier
    safe: Vault
  }
  type Supplier { id: ID! name: String! bank: String! @authenticated }
  type Notice @cacheControl(maxAge: 60) {
    text: String!
    language: String
    by: Author @cacheControl(inheritMaxAge: true)
    about: Product
    secret: String @authenticated
  }
  type Author { name: String! }
  interface Media { id: ID! title: String! }
  type Book implements Media @key(fields: "id") { id: ID! title: String! }
  type Film implements Media @key(fields: "id") { id: ID! title: String! @authenticated  length: Int! }
  type Vault @policy(policies: [["vault"]]) { code: String! }
`);

const REVIEWS = parse(`
  ${LINK}
  type Product @key(fields: "id") { id: ID! reviews: [Review!]! rating: Float }
  type Review { id: ID! body: String! language: String author: String @authenticated }
  type Query { reviewCount: Int! }
  type Mutation { review(productId: ID!): Product }
`);

/** What a subgraph was asked: the field, and for whom. */
export interface Asked {
  readonly field: string;
  readonly customerId: string | null;
}

export interface Shop {
  readonly supergraphSdl: string;
  readonly catalogue: ServableSubgraph;
  readonly reviews: ServableSubgraph;
  readonly asked: Asked[];
  /** How many subscriptions are open upstream. */
  readonly listeners: () => number;
  /** Keeps notices that are read from now on on their way, until the answer is called. */
  holdNotices(): () => void;
  /** Lets the `slow` queries that wait go on. */
  letGo(): void;
  reprice(id: string, price: number): void;
  tick(value: number): void;
  /** Ends every open stream with an error. */
  breakStreams(error: Error): void;
}

interface Context {
  readonly call: OperationCall;
}

class Streams<Event> {
  readonly open = new Set<AsyncQueue<Event>>();

  listen(...first: Event[]): AsyncQueue<Event> {
    const queue: AsyncQueue<Event> = new AsyncQueue({
      overflow: { kind: 'fail', error: () => new Error('too far behind') },
      onReturn: () => this.open.delete(queue),
    });
    for (const event of first) queue.push(event);
    this.open.add(queue);
    return queue;
  }

  emit(event: Event): void {
    for (const queue of this.open) queue.push(event);
  }

  break(error: Error): void {
    for (const queue of this.open) queue.end(error);
    this.open.clear();
  }
}

export function createShop(): Shop {
  const asked: Asked[] = [];
  const note = (field: string, { call }: Context) =>
    asked.push({ field, customerId: call.identity.customerId });
  const waiting: (() => void)[] = [];
  let noticeHeld = Promise.resolve();
  const prices = new Map([
    ['1', 100],
    ['2', 200],
    ['3', 300],
  ]);
  const productOf = (id: string) => ({
    __typename: 'Product',
    id,
    name: `Product ${id}`,
    price: prices.get(id) ?? 0,
  });
  const products = () => [...prices.keys()].map(productOf);
  const changes = new Streams<{ priceChanged: ReturnType<typeof productOf> }>();
  const ticks = new Streams<{ myTicks: number; shiftTicks: number }>();
  const reprice = (id: string, price: number) => {
    prices.set(id, price);
    changes.emit({ priceChanged: productOf(id) });
  };

  const catalogue = {
    Query: {
      products(_: unknown, { first }: { first?: number }, context: Context) {
        note('products', context);
        return products().slice(0, first ?? 10);
      },
      product(_: unknown, { id }: { id: string }, context: Context) {
        note('product', context);
        return prices.has(id) ? productOf(id) : null;
      },
      media(_: unknown, _args: unknown, context: Context) {
        note('media', context);
        return [
          { __typename: 'Book', id: 'b', title: 'A book' },
          { __typename: 'Film', id: 'f', title: 'A film', length: 90 },
        ];
      },
      mine(_: unknown, _args: unknown, context: Context) {
        note('mine', context);
        return context.call.identity.customerId;
      },
      stock(_: unknown, _args: unknown, context: Context) {
        note('stock', context);
        return 7;
      },
      vault: () => ({ code: '1234' }),
      async notice(_: unknown, _args: unknown, context: Context) {
        note('notice', context);
        const text = `Price ${prices.get('1')}`;
        await noticeHeld;
        return { text, by: { name: 'Keeper' }, about: productOf('1'), secret: 'x' };
      },
      async slow(_: unknown, _args: unknown, context: Context) {
        note('slow', context);
        await new Promise<void>((resolve) => waiting.push(resolve));
        return productOf('1');
      },
      fail(_: unknown, { how }: { how: string }) {
        if (how === 'THROWN') throw new Error('SELECT * FROM secrets at db.internal');
        if (how === 'REFUSED')
          throw Object.assign(new Error('refused'), { extensions: { code: 'NOT_FOUND' } });
        return null;
      },
    },
    Mutation: {
      reprice(_: unknown, { id, price }: { id: string; price: number }, context: Context) {
        note('reprice', context);
        reprice(id, price);
        return productOf(id);
      },
      enter(_: unknown, { input }: { input: { password: string } }, context: Context) {
        note('enter', context);
        if (input.password === 'break') throw new Error('The lock is broken');
        return input.password === 'right' ? { pass: 'welcome' } : { refusal: 'wrong' };
      },
      order(_: unknown, { input }: { input: { id: string } }, context: Context) {
        note('order', context);
        return productOf(input.id);
      },
    },
    Subscription: {
      priceChanged: {
        subscribe: (_: unknown, { id }: { id: string }, context: Context) => {
          note('priceChanged', context);
          return changes.listen({ priceChanged: productOf(id) });
        },
      },
      myTicks: { subscribe: () => ticks.listen() },
      shiftTicks: { subscribe: () => ticks.listen() },
    },
    Notice: { language: languageOf },
    Product: {
      __resolveReference: ({ id }: { id: string }) => (prices.has(id) ? productOf(id) : null),
      language: languageOf,
      margin: () => 5,
      related: (product: { id: string }, { first }: { first?: number }) =>
        products()
          .filter(({ id }) => id !== product.id)
          .slice(0, first ?? 10),
      supplier: () => ({ id: 's', name: 'Supplier', bank: 'BCA' }),
    },
  };

  const reviews = {
    Query: { reviewCount: () => 2 },
    Mutation: { review: (_: unknown, { productId }: { productId: string }) => ({ id: productId }) },
    Product: {
      __resolveReference: ({ id }: { id: string }, context: Context) => {
        note('Product.reviews', context);
        return { id };
      },
      reviews: ({ id }: { id: string }) => [{ id: `r${id}`, body: `Review of ${id}`, author: 'Rina' }],
      rating: () => 4.5,
    },
    Review: { language: languageOf },
  };

  return {
    supergraphSdl: composed(),
    catalogue: subgraphOf('catalogue', CATALOGUE, catalogue),
    reviews: subgraphOf('reviews', REVIEWS, reviews),
    asked,
    listeners: () => changes.open.size + ticks.open.size,
    reprice,
    holdNotices() {
      let go = () => {};
      noticeHeld = new Promise((resolve) => {
        go = resolve;
      });
      return go;
    },
    letGo() {
      for (const go of waiting.splice(0)) go();
    },
    tick: (value) => ticks.emit({ myTicks: value, shiftTicks: value }),
    breakStreams(error) {
      changes.break(error);
      ticks.break(error);
    },
  };
}

/** That the subgraph was asked to answer in. */
function languageOf(_: unknown, _args: unknown, { call }: Context) {
  return call.language;
}

function subgraphOf(name: string, typeDefs: DocumentNode, resolvers: object): ServableSubgraph {
  return {
    name,
    schema: enforceAccess(buildSubgraphSchema([{ typeDefs, resolvers: { ...resolvers } }])),
    context: (call) => ({ call }),
    routes: [],
    ready: async () => {},
  };
}

let composition: string | undefined;

function composed(): string {
  if (composition !== undefined) return composition;
  const { supergraphSdl, errors } = composeServices([
    { name: 'catalogue', url: 'http://127.0.0.1:1/graphql', typeDefs: CATALOGUE },
    { name: 'reviews', url: 'http://127.0.0.1:1/graphql', typeDefs: REVIEWS },
  ]);
  if (supergraphSdl === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  composition = supergraphSdl;
  return composition;
}
