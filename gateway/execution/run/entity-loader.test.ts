import { GraphQLError } from 'graphql';
import { beforeEach, describe, expect, it } from 'vitest';
import { drinks } from '../testing/drinks.js';
import type { LocalSupergraph } from '../testing/local-supergraph.js';

let local: LocalSupergraph;
beforeEach(() => {
  local = drinks();
});

describe('the entity loader', () => {
  it('fetches an entity once, however many places show it', async () => {
    await local.ask('{ regulars { favourite { name } orders { lines { name } } } }');
    const names = local.sent.filter(({ service }) => service === 'menu');
    expect(names).toHaveLength(1);
    expect(names[0]?.variables).toEqual({
      representations: [
        { __typename: 'Drink', id: '1' },
        { __typename: 'Drink', id: '2' },
      ],
    });
  });

  it('sends one request for all entities wanted at one moment, each selection under its own alias', async () => {
    expect(
      (await local.ask('{ regulars { favourite { name } orders { lines { loud: name(loud: true) } } } }'))
        .data,
    ).toMatchObject({
      regulars: [
        { favourite: { name: 'Kopi' }, orders: [{ lines: [[{ loud: 'KOPI' }, null], [{}]] }, null] },
        {},
        {},
      ],
    });
    expect(local.sent.map(({ service }) => service)).toEqual(['people', 'menu']);
    expect(local.sent[1]?.query).toContain('_e1:_entities(representations:$representations_1)');
  });

  it('never shares between different arguments', async () => {
    const { data } = await local.ask(
      'query ($unit: String) { a: drink(id: 1) { left } b: drink(id: 1) { left(unit: "litres") } c: drink(id: 1) { left(unit: $unit) } }',
      { unit: 'litres' },
    );
    expect(data).toEqual({ a: { left: 7 }, b: { left: 3 }, c: { left: 3 } });
  });

  it('repeats the other requests when a merged request failed because of one', async () => {
    const stock = local.clients.get('stock');
    if (!stock) throw new Error('No stock');
    local.clients.set('stock', {
      ...stock,
      async execute(request, call) {
        if (request.query.includes('served'))
          return { data: null, errors: [new GraphQLError('served is broken')] };
        return stock.execute(request, call);
      },
    });
    expect(await local.ask('{ a: drink(id: 1) { left } b: drink(id: 1) { served } }')).toEqual({
      data: { a: { left: 7 }, b: { served: null } },
      errors: [
        {
          message: 'served is broken',
          extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', serviceName: 'stock' },
        },
      ],
    });
  });

  it('runs mutations one after the other and fetches again after each', async () => {
    const served = 'count drink { served }';
    const { data } = await local.ask(
      `mutation { a: serve { ${served} } restock { served name } b: serve { ${served} } }`,
    );
    expect(data).toEqual({
      a: { count: 1, drink: { served: 1 } },
      restock: { served: 10, name: 'Kopi' },
      b: { count: 11, drink: { served: 11 } },
    });
  });
});
