import { GraphQLError, parse } from 'graphql';
import { beforeEach, describe, expect, it } from 'vitest';
import { execute, executeToText } from './execute.js';
import { prepare } from './prepare.js';
import { drinks } from './testing/drinks.js';
import type { LocalSupergraph } from './testing/local-supergraph.js';

let local: LocalSupergraph;
beforeEach(() => {
  local = drinks();
});

describe('execute', () => {
  it('joins what several subgraphs know, through lists in lists and past nulls', async () => {
    expect(await local.ask('{ regulars { id favourite { name left } orders { lines { name } } } }')).toEqual({
      data: {
        regulars: ['a', 'b', 'c'].map((id) => ({
          id,
          favourite: id === 'b' ? null : { name: 'Kopi', left: 7 },
          orders: [{ lines: [[{ name: 'Kopi' }, null], [{ name: 'Teh' }]] }, null],
        })),
      },
    });
  });

  it('does not fetch what @skip and @include leave out', async () => {
    const source =
      'query ($yes: Boolean = true) { drink(id: 1) { id name @skip(if: $yes) left @include(if: $yes) } }';
    expect((await local.ask(source)).data).toEqual({ drink: { id: '1', left: 7 } });
    local.sent.length = 0;
    expect((await local.ask(source, { yes: false })).data).toEqual({ drink: { id: '1', name: 'Kopi' } });
    expect(local.sent.map(({ service }) => service)).toEqual(['menu']);
  });

  it('answers __typename, __schema and __type without a subgraph request', async () => {
    expect(
      (
        await local.ask(
          'query ($name: String!) { __typename __type(name: $name) { ...T } __schema { queryType { name } } } fragment T on __Type { name kind }',
          { name: 'Drink' },
        )
      ).data,
    ).toEqual({
      __typename: 'Query',
      __type: { name: 'Drink', kind: 'OBJECT' },
      __schema: { queryType: { name: 'Query' } },
    });
    expect(local.sent).toEqual([]);
  });

  it('shows no inaccessible enum value and no inaccessible field, in introspection or data', async () => {
    const { data, errors } = await local.ask('{ drinks { size } __type(name: "Drink") { fields { name } } }');
    expect(data).toMatchObject({ drinks: [{ size: 'SMALL' }, { size: null }] });
    expect(JSON.stringify(data)).not.toContain('secret');
    expect(errors?.map(({ path }) => path)).toEqual([['drinks', 1, 'size']]);
  });

  it('puts errors found before execution first and lets formatErrors have the last word', async () => {
    const errors = [new GraphQLError('not yours', { path: ['x'] })];
    const answer = await executeToText(local.prepare('{ drinks { left } }'), {
      clients: local.clients,
      call: local.call,
      errors,
      formatErrors: (found) => found.slice(0, 1),
    });
    expect(JSON.parse(answer.text)).toEqual({ errors: [{ message: 'not yours', path: ['x'] }], data: null });
    expect(answer.hasData).toBe(true);
  });

  it('plans less than the client’s document and answers in the shape of all of it', async () => {
    const document = parse('{ drinks { id served } }');
    const prepared = prepare(local.supergraph, document, undefined, {
      plannedDocument: parse('{ drinks { id } }'),
    });
    const { data } = await execute(prepared, { clients: local.clients, call: local.call });
    expect(data).toEqual({
      drinks: [
        { id: '1', served: null },
        { id: '2', served: null },
      ],
    });
    expect(local.sent.map(({ service }) => service)).toEqual(['menu']);
  });

  it('refuses an operation name that the document does not have', () => {
    const prepareNamed = () => prepare(local.supergraph, parse('query A { drinks { id } }'), 'B');
    expect(prepareNamed).toThrow(expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } }));
  });

  it('refuses @defer, which the schema does not have', () => {
    expect(() => local.prepare('{ ... @defer { drinks { id } } }')).toThrow('Unknown directive "@defer".');
  });
});
