import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { execute, executeToText } from '../execute.js';
import { drinks } from '../testing/drinks.js';
import type { JsonAnswer, LocalSupergraph } from '../testing/local-supergraph.js';

/** What clients get when `service` sends this text to every request. */
async function answerTo(service: string, text: string, source: string): Promise<JsonAnswer> {
  const local: LocalSupergraph = drinks();
  const client = local.clients.get(service);
  if (!client) throw new Error(`No ${service}`);
  local.clients.set(service, { ...client, execute: async () => JSON.parse(text) });
  const { clients, call } = local;
  return JSON.parse((await executeToText(local.prepare(source), { clients, call })).text);
}

describe('a subgraph that means harm', () => {
  it('cannot write to what every object inherits', async () => {
    const poison = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"id":"1"}';
    await answerTo('stock', `{"data":{"_entities":[${poison}]}}`, '{ drink(id: 1) { left } }');
    await answerTo(
      'menu',
      `{"data":{"drink":${poison},"__proto__":{"polluted":1}}}`,
      '{ drink(id: 1) { left } }',
    );
    expect({}).not.toHaveProperty('polluted');
    expect(Object).not.toHaveProperty('polluted');
  });

  it('cannot exhaust the stack with nesting', async () => {
    const depth = 50_000;
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const answer = await answerTo('menu', `{"data":{"drinks":${nested}}}`, '{ drinks { id name } }');
    expect(answer).toMatchObject({ data: null });
    const inside = `{"data":{"_entities":[{"fans":[{"id":"a","name":${nested}}]}]}}`;
    expect(await answerTo('people', inside, '{ drink(id: 1) { id fans { id } } }')).toEqual({
      data: { drink: { id: '1', fans: [{ id: 'a' }] } },
    });
  });

  it('cannot fill the answer with errors', async () => {
    const errors = Array.from({ length: 20_000 }, (_, index) => ({
      message: `no ${index}`,
      path: ['_entities', 0],
    }));
    const answer = await answerTo(
      'stock',
      JSON.stringify({ data: { _entities: [null] }, errors }),
      '{ drink(id: 1) { served } }',
    );
    expect(answer.errors).toHaveLength(1_000);
  });

  it('cannot spoil the answer by what it adds to its errors', async () => {
    const nested = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const answer = await answerTo(
      'stock',
      `{"data":{"_entities":[null]},"errors":[{"message":"no","path":["_entities",0],"extensions":{"code":"FULL","nested":${nested}}}]}`,
      '{ drink(id: 1) { name served } }',
    );
    expect(answer).toMatchObject({
      data: { drink: { name: 'Kopi', served: null } },
      errors: [{ message: 'no' }],
    });
  });

  it('may have integers of any size in its errors, as text or as an object', async () => {
    const local = drinks();
    const { clients, call } = local;
    const errors = [
      new GraphQLError('no', { path: ['drink'], extensions: { until: 9_007_199_254_740_993n } }),
    ];
    const menu = clients.get('menu');
    if (!menu) throw new Error('No menu');
    clients.set('menu', { ...menu, execute: async () => ({ data: { drink: null }, errors }) });
    const prepared = local.prepare('{ drink(id: 1) { name } }');
    expect((await executeToText(prepared, { clients, call })).text).toContain('"until":9007199254740993');
    expect(JSON.stringify(await execute(prepared, { clients, call }))).toContain('"until":9007199254740992');
  });

  it('is unavailable where it answers with nothing at all', async () => {
    for (const nothing of ['null', '7', '"text"', '[]']) {
      const answer = await answerTo('stock', nothing, '{ drink(id: 1) { name served } }');
      expect(answer).toMatchObject({
        data: { drink: { name: 'Kopi', served: null } },
        errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE', serviceName: 'stock' } }],
      });
    }
  });

  it('is named by an error when it answers no list, or one of another length', async () => {
    for (const list of ['null', '{}', '[]', '[null, null]']) {
      const answer = await answerTo(
        'stock',
        `{"data":{"_entities":${list}}}`,
        '{ drink(id: 1) { name served } }',
      );
      expect(answer).toMatchObject({
        data: { drink: { name: 'Kopi', served: null } },
        errors: [{ extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', serviceName: 'stock' } }],
      });
    }
  });

  it('cannot make up types', async () => {
    const made = '{"data":{"node":{"__typename":"Secret","id":"1"}}}';
    expect(await answerTo('menu', made, '{ node(id: 1) { __typename id } }')).toMatchObject({ data: null });
  });
});
