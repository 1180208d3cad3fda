/** The cost of an operation does not depend on how it is written. */
import { buildSchema, Kind, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { CostView } from '../supergraph/costs.js';
import { compileCost } from './cost.js';

const schema = buildSchema(`
  type Query { page(first: Int): Page items(first: Int): [Item] }
  type Page { items: [Item] total: Int }
  type Item { id: ID parts: [Item] }
`);

const first = { assumedSize: undefined, slicingArguments: ['first'] };
const view: CostView = {
  weights: new Map(),
  listSizes: new Map([
    ['Query.page', { ...first, sizedFields: ['items'] }],
    ['Query.items', { ...first, sizedFields: [] }],
  ]),
};

function costOf(source: string, variables: Record<string, unknown> = {}): number {
  const document = parse(source);
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new Error('No operation');
  return compileCost(schema, view, document, operation)(variables).cost;
}

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

  it('in a fragment costs what each place of it asks for', () => {
    const source = `{ a: page(first: 50) { ...P } b: page(first: 2) { ...P } c: page { ...P } }
      fragment P on Page { items { id } }`;
    expect(costOf(source)).toBe(51 + 3 + 11);
  });
});

it('a negative or missing length costs as one that nobody told', () => {
  expect(costOf('{ items(first: -1) { id } }')).toBe(10);
  expect(costOf('{ items { id } }')).toBe(10);
  expect(costOf('query ($n: Int) { items(first: $n) { id } }', { n: -100 })).toBe(10);
  expect(costOf('query ($n: Int) { items(first: $n) { id } }', { n: null })).toBe(10);
  expect(costOf('query ($n: Int = 0) { items(first: $n) { id } }', { n: null })).toBe(10);
  expect(costOf('query ($n: Int = 0) { items(first: $n) { id } }')).toBe(0);
});
