/** Supergraphs that between them use every feature of federation that changes what an executor does. */
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, parse } from 'graphql';
import { loadSupergraph, type Supergraph } from '../../supergraph/supergraph.js';

export interface TestSupergraph {
  readonly name: string;
  readonly supergraph: Supergraph;
  readonly subgraphs: ReadonlyMap<string, GraphQLSchema>;
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@external", "@requires", "@provides", "@shareable", "@override", "@inaccessible", "@interfaceObject"
])`;

/** Entities with one, several and compound keys; `@requires`, `@provides`, `@override`; inputs, enums, mutations. */
const SHOP_SOURCES = {
  catalog: `
    type Query {
      products(first: Int = 3, filter: ProductFilter): [Product!]
      product(id: ID!): Product
      matrix: [[Product]!]
      catalogOnly: String!
    }
    type Mutation { renameProduct(id: ID!, name: String): Product touch(note: String): Int! }
    input ProductFilter { kind: Kind tags: [String!] price: PriceRange not: ProductFilter }
    input PriceRange { min: Int = 1 max: Int }
    enum Kind { DRINK FOOD SECRET @inaccessible }
    scalar JSON
    type Product @key(fields: "id") @key(fields: "sku brand { code }") {
      id: ID!
      sku: String!
      brand: Brand!
      name(short: Boolean): String
      kind: Kind
      kinds: [Kind!]
      price: Int!
      weight: Float
      meta: JSON
      size: Size @shareable
      hidden: String @inaccessible
      related: [Product]
    }
    type Brand @shareable { code: ID! label: String }
    type Size @shareable { width: Int! height: Int }`,
  stock: `
    type Query { lowStock: [Product!]! shelf(code: ID!): Shelf }
    type Mutation { restock(id: ID!, amount: Int! = 5): Product! }
    type Product @key(fields: "sku brand { code }") {
      sku: String!
      brand: Brand!
      price: Int! @external
      size: Size @external
      weight: Float @external
      inStock: Boolean!
      level(unit: Unit = PIECES): Int
      shipping: Float @requires(fields: "price weight")
      box: String @requires(fields: "size { width height } price")
      shelves: [Shelf!]
    }
    enum Unit { PIECES KILOS }
    type Brand @shareable { code: ID! }
    type Size { width: Int! @external height: Int @external }
    type Shelf @key(fields: "code") { code: ID! products: [Product!] label: String! @override(from: "reviews") }`,
  reviews: `
    type Query { latest(last: Int): [Review] topReview: Review }
    type Product @key(fields: "id") { id: ID! reviews(first: Int): [Review!] rating: Float size: Size @shareable }
    type Size @shareable { height: Int depth(unit: String): Int }
    type Review @key(fields: "id") { id: ID! text: String! score: Int product: Product author: Author @provides(fields: "nick") }
    type Author @key(fields: "id") { id: ID! nick: String @external reviews: [Review] }
    type Shelf @key(fields: "code") { code: ID! label: String! note: String }`,
  people: `
    type Query { me: Author authors: [Author!]! }
    type Author @key(fields: "id") { id: ID! nick: String @shareable name: String! born: Int friend: Author }`,
};

/** Interfaces, unions, entity interfaces with `@interfaceObject`, and fields whose type depends on the object's. */
const MEDIA_SOURCES = {
  library: `
    type Query { media(ids: [ID!]): [Media!]! anything: [Thing] node(id: ID!): Node pick: Thing! owner: Owner }
    interface Node { id: ID! }
    interface Media @key(fields: "id") { id: ID! title: String! similar: [Media] }
    type Book implements Media & Node @key(fields: "id") { id: ID! title: String! similar: [Media] pages: Int size: Int! owner: Owner }
    type Film implements Media & Node @key(fields: "id") { id: ID! title: String! similar: [Media] minutes: Int! size: String owner: Owner }
    type Song implements Node @key(fields: "id") { id: ID! size: [Float] name: String }
    union Thing = Book | Film | Song | Note
    type Note { text: String! about: Media thing: Thing }
    interface Owner { id: ID! label: String }
    type Person implements Owner & Node @key(fields: "id") { id: ID! label: String media: [Media!] }
    type Shop implements Owner @key(fields: "id") { id: ID! label: String city: String! }`,
  ratings: `
    type Query { best: Media charts: [Media] }
    type Media @key(fields: "id") @interfaceObject {
      id: ID! title: String! @external stars: Int! votes(min: Int = 0): [Vote!] blurb: String @requires(fields: "title")
    }
    type Vote { value: Int! by: Person media: Media }
    type Person @key(fields: "id") { id: ID! trust: Float }`,
  archive: `
    type Query { shelfOf(id: ID!): Owner }
    interface Owner { id: ID! }
    type Shop implements Owner @key(fields: "id") { id: ID! opened: String clerks: [Person] }
    type Person implements Owner @key(fields: "id") { id: ID! born: Int }
    type Book @key(fields: "id") { id: ID! isbn: String! pages: Int @external thick: Boolean @requires(fields: "pages") }
    type Song @key(fields: "id") { id: ID! year: Int writer: Owner }`,
};

function compose(name: string, sources: Readonly<Record<string, string>>): TestSupergraph {
  const subgraphs = Object.entries(sources).map(([service, sdl]) => ({
    name: service,
    typeDefs: parse(LINK + sdl),
  }));
  const { supergraphSdl, errors } = composeServices(subgraphs.map((subgraph) => ({ ...subgraph, url: '' })));
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return {
    name,
    supergraph: loadSupergraph(supergraphSdl),
    subgraphs: new Map(
      subgraphs.map(({ name: service, typeDefs }) => [service, buildSubgraphSchema({ typeDefs })]),
    ),
  };
}

export const SHOP = compose('shop', SHOP_SOURCES);
export const MEDIA = compose('media', MEDIA_SOURCES);
