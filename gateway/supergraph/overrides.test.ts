/** Fields on their way from one subgraph to another. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { localSupergraph } from '../execution/testing/local-supergraph.js';
import { readierOn } from '../pipeline/testing/anonymous.js';
import { overridesByHeader, readOverrides, takenOverrides } from './overrides.js';

const { supergraph } = localSupergraph({
  old: {
    typeDefs: `
      type Query { drink: Drink }
      type Drink @key(fields: "id") { id: ID! half: Int all: Int none: Int flagged: Int }`,
    resolvers: {},
  },
  young: {
    typeDefs: `
      type Drink @key(fields: "id") {
        id: ID!
        half: Int @override(from: "old", label: "percent(50)")
        all: Int @override(from: "old", label: "percent(100)")
        none: Int @override(from: "old", label: "percent(0)")
        flagged: Int @override(from: "old", label: "experiment")
      }`,
    resolvers: {},
  },
});

describe('readOverrides', () => {
  it('finds every label, and which of them are a share of the requests', () => {
    expect(readOverrides(supergraph.schema.schema)).toEqual([
      { label: 'percent(50)', percent: 50 },
      { label: 'percent(100)', percent: 100 },
      { label: 'percent(0)', percent: 0 },
      { label: 'experiment', percent: undefined },
    ]);
  });
});

describe('takenOverrides', () => {
  it('takes a label for just its share of the draws', () => {
    const overrides = [{ label: 'percent(0.5)', percent: 0.5 }];
    expect(takenOverrides(overrides, 0.49)).toEqual(['percent(0.5)']);
    expect(takenOverrides(overrides, 0.5)).toEqual([]);
  });

  it('takes all of a hundred and none of nothing, whatever is drawn', () => {
    for (const draw of [0, 99.999])
      expect(takenOverrides(supergraph.overrides, draw)).toContain('percent(100)');
    for (const draw of [0, 99.999])
      expect(takenOverrides(supergraph.overrides, draw)).not.toContain('percent(0)');
  });
});

describe('a request', () => {
  afterEach(() => vi.restoreAllMocks());
  const ready = readierOn(supergraph);

  /** The services that the field is fetched from, for a request that draws so many of a hundred. */
  async function servicesOf(field: string, draw: number): Promise<readonly string[]> {
    vi.spyOn(Math, 'random').mockReturnValue(draw / 100);
    const { prepared } = await ready(`{ drink { ${field} } }`);
    return [...prepared.services];
  }

  it('is planned by its own draw, not by that of an earlier request', async () => {
    for (let round = 0; round < 2; round += 1) {
      expect(await servicesOf('half', 49)).toEqual(['old', 'young']);
      expect(await servicesOf('half', 50)).toEqual(['old']);
    }
  });

  it('finds a field where all or none have gone', async () => {
    for (const draw of [0, 99]) {
      expect(await servicesOf('all', draw)).toEqual(['old', 'young']);
      expect(await servicesOf('none', draw)).toEqual(['old']);
    }
  });

  it('leaves a field where it was under a label that nothing decides', async () => {
    expect(await servicesOf('flagged', 0)).toEqual(['old']);
  });
});

describe('a label that something decides', () => {
  it('holds as a callback answers, and as it would without one where it answers nothing', async () => {
    const ready = readierOn(supergraph, (label, { identity, headers }) => {
      expect(identity.customerId).toBeNull();
      if (label === 'experiment') return headers['x-group'] === 'blue';
      return label === 'percent(100)' ? false : undefined;
    });
    const servicesOf = async (field: string, group: string) => [
      ...(await ready(`{ drink { ${field} } }`, { 'x-group': group })).prepared.services,
    ];
    for (let round = 0; round < 2; round += 1) {
      expect(await servicesOf('flagged', 'blue')).toEqual(['old', 'young']);
      expect(await servicesOf('flagged', 'green')).toEqual(['old']);
      expect(await servicesOf('all', 'green')).toEqual(['old']);
      expect(await servicesOf('none', 'green')).toEqual(['old']);
    }
  });

  it('makes answers that are not shared with requests for which it was decided otherwise', async () => {
    const ready = readierOn(supergraph, overridesByHeader('X-Labels'));
    const keyOf = async (labels: string) =>
      (await ready('{ drink { flagged } }', { 'x-labels': `!percent(50), ${labels}` })).shareKey;
    expect(await keyOf('experiment')).toBe(await keyOf('experiment'));
    expect(await keyOf('experiment')).not.toBe(await keyOf('!experiment'));
  });

  it('holds by a header that lists it, does not by one that lists it with a !, and else is left to its percentage', () => {
    const decide = overridesByHeader('X-Labels');
    const identity = { customerId: null, roles: [] };
    const request = { identity, headers: { 'x-labels': 'blue, !percent(5),percent(10)' } };
    expect(['blue', 'percent(5)', 'percent(10)', 'red'].map((label) => decide(label, request))).toEqual([
      true,
      false,
      true,
      undefined,
    ]);
    expect(decide('blue', { identity, headers: {} })).toBeUndefined();
  });
});
