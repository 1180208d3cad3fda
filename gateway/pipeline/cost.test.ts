/** The cost of an operation does not depend on how it is written. */
import { buildSchema, type GraphQLSchema, Kind, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { localSupergraph } from '../execution/testing/local-supergraph.js';
import { type CostView, readCosts } from '../supergraph/costs.js';
import { type CostEstimate, compileCost } from './cost.js';

const schema = buildSchema(`
  type Query { page(first: Int): Page items(first: Int): [Item] }
  type Page { items: [Item] total: Int }
  type Item { id: ID parts: [Item] }
`);

const first = { assumedSize: 10, slicingArguments: ['first'] };
const view: CostView = {
  weights: new Map(),
  listSizes: new Map([
    ['Query.page', { ...first, sizedFields: ['items'] }],
    ['Query.items', { ...first, sizedFields: [] }],
  ]),
  weightedInputs: new Set(),
};

type Estimate = (source: string, variables?: Record<string, unknown>) => CostEstimate;

function estimates(on: GraphQLSchema, by: CostView): Estimate {
  return (source, variables = {}) => {
    const document = parse(source);
    const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
    if (operation === undefined) throw new Error('No operation');
    return compileCost(on, by, document, operation)(variables);
  };
}

const estimate = estimates(schema, view);
const costOf = (...given: Parameters<Estimate>): number => estimate(...given).cost;

describe('A page', () => {
  it.each([
    '{ page(first: 50) { items { id } } }',
    '{ page(first: 50) { some: items { id } } }',
    '{ page(first: 50) { ... on Page { items { id } } } }',
    '{ page(first: 50) { ...P } } fragment P on Page { items { id } }',
    '{ page(first: 50) { ...P } } fragment P on Page { ...Q } fragment Q on Page { items { ...I } } fragment I on Item { id }',
  ])('costs the same as %s', (source) => {
    expect(costOf(source)).toBe(51);
  });

  it('in a fragment costs what each use of it requests', () => {
    const source = `{ a: page(first: 50) { ...P } b: page(first: 2) { ...P } c: page { ...P } }
      fragment P on Page { items { id } }`;
    expect(costOf(source)).toBe(51 + 3 + 11);
  });
});

it('a negative or missing length costs the assumed one', () => {
  expect(costOf('{ items(first: -1) { id } }')).toBe(10);
  expect(costOf('{ items { id } }')).toBe(10);
  expect(costOf('query ($n: Int) { items(first: $n) { id } }', { n: -100 })).toBe(10);
  expect(costOf('query ($n: Int) { items(first: $n) { id } }', { n: null })).toBe(10);
  expect(costOf('query ($n: Int = 0) { items(first: $n) { id } }', { n: null })).toBe(10);
  expect(costOf('query ($n: Int = 0) { items(first: $n) { id } }')).toBe(0);
});

describe('What a supergraph says', () => {
  const { supergraph } = localSupergraph({
    shop: {
      typeDefs: `
        type Query {
          node: Node
          things: [Thing] @listSize(assumedSize: 3)
          find(filter: Filter @cost(weight: 2), any: [Filter!]): Int
        }
        interface Node { items(first: Int, tag: String): [Item] page(first: Int): Page flag: Boolean heavy: Item }
        type Shelf implements Node {
          items(first: Int, tag: String @cost(weight: 4)): [Item] @listSize(assumedSize: 7, slicingArguments: ["first"], requireOneSlicingArgument: false)
          page(first: Int): Page @listSize(slicingArguments: ["first"], sizedFields: ["items"], requireOneSlicingArgument: false)
          flag: Boolean @cost(weight: 5)
          heavy: Item @cost(weight: 0)
        }
        type Box implements Node { items(first: Int, tag: String): [Item] page(first: Int): Page flag: Boolean heavy: Item }
        type Page { items: [Item] }
        type Item { id: ID }
        union Thing = Item | Crate
        type Crate @cost(weight: 8) { id: ID }
        input Filter { name: String @cost(weight: 3) min: Int not: Filter all: [Filter] }`,
      resolvers: {},
    },
  });
  const ask = estimates(supergraph.apiSchema, readCosts(supergraph.schema.schema));

  it('of the objects behind an interface bounds selections through it', () => {
    expect(ask('{ node { items(first: 1000) { id } } }')).toEqual({ cost: 1_001, largestPage: 1_000 });
    expect(ask('{ node { page(first: 50) { items { id } } } }')).toEqual({ cost: 52, largestPage: 50 });
    expect(ask('query ($n: Int) { node { items(first: $n) { id } } }', { n: 500 }).largestPage).toBe(500);
  });

  it('is taken at its dearest where one cannot know which object it will be', () => {
    expect(ask('{ node { flag } }').cost).toBe(6);
    expect(ask('{ node { heavy { id } } }').cost).toBe(2);
    expect(ask('{ node { items { id } } }').cost).toBe(11);
    expect(ask('{ node { items(first: 1, tag: "x") { id } } }').cost).toBe(6);
    expect(ask('{ things { ... on Item { id } } }').cost).toBe(24);
  });

  it('is taken as it is where a fragment says which object is meant', () => {
    expect(ask('{ node { ... on Box { flag } } }').cost).toBe(1);
    expect(ask('{ node { ... on Shelf { heavy { id } } } }').cost).toBe(1);
  });

  it('of the fields of input objects is counted wherever they are given', () => {
    expect(ask('{ find(filter: { name: "x", min: 1 }) }').cost).toBe(5);
    expect(ask('{ find(any: [{ name: "x" }, { not: { all: [{ name: "y" }, { min: 1 }] } }]) }').cost).toBe(6);
    const source =
      'query ($f: Filter = { name: "x" }, $name: String) { find(filter: $f, any: { name: $name }) }';
    expect(ask(source).cost).toBe(8);
    expect(ask(source, { f: { all: [{ name: 'x' }, { not: { name: 'y' } }] }, name: 'z' }).cost).toBe(11);
    expect(ask(source, { f: null, name: null }).cost).toBe(5);
  });
});
