/** Fields that Apollo's planner leaves out without a word. */
import { describe, expect, it } from 'vitest';
import { localSupergraph } from '../testing/local-supergraph.js';

describe('a field whose type no object has', () => {
  const local = localSupergraph({
    signs: {
      typeDefs: `
        interface Sign @key(fields: "id") { id: ID! }
        type Query { sign: Sign shop: Shop }
        type Shop { sign: Sign name: String }`,
      resolvers: { Query: { shop: () => ({ name: 'Kedai' }) }, Sign: { __resolveType: () => undefined } },
    },
    paint: {
      typeDefs: 'type Sign @key(fields: "id", resolvable: false) @interfaceObject { id: ID! colour: String }',
      resolvers: {},
    },
  });

  it.each([
    '{ sign { colour } }',
    '{ shop { name sign { colour } } }',
    '{ ...Q } fragment Q on Query { sign { colour } }',
    'query ($no: Boolean = false) { sign @skip(if: $no) { colour } }',
  ])('cannot be planned, and is an error: %s', (source) => {
    expect(() => local.prepare(source)).toThrow(
      expect.objectContaining({ extensions: { code: 'INTERNAL_SERVER_ERROR' } }),
    );
  });

  it('is nothing to an operation that leaves it out', async () => {
    const source = '{ shop { name } sign @include(if: false) { colour } }';
    expect((await local.ask(source)).data).toEqual({ shop: { name: 'Kedai' } });
  });
});
