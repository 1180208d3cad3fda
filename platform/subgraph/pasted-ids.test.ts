import { buildSchema, graphqlSync, validateSchema } from 'graphql';
import { expect, test } from 'vitest';
import { newId } from '../ids.js';
import { acceptPastedIds } from './pasted-ids.js';

const schema = acceptPastedIds(
  buildSchema(`
    input Wanted { id: ID! others: [ID!]! = [] }
    type Query { one(id: ID!): ID! many(ids: [ID!]): [ID!]! wanted(input: Wanted!): [ID!]! }
  `),
);

const rootValue = {
  one: ({ id }: { id: string }) => id,
  many: ({ ids }: { ids: string[] }) => ids,
  wanted: ({ input }: { input: { id: string; others: string[] } }) => [input.id, ...input.others],
};

function run(source: string, variableValues: Record<string, unknown> = {}) {
  return graphqlSync({ schema, source, rootValue, variableValues });
}

const id = newId();
const undashed = id.replaceAll('-', '');
const pasted = [
  ...[id, ` ${id}\n`, id.toUpperCase(), `{${id}}`, `\t{${id.toUpperCase()}} `],
  ...[undashed, undashed.toUpperCase(), `{${undashed}}`, ` ${undashed} `],
  ...[`urn:uuid:${id}`, `URN:UUID:${id.toUpperCase()}`, `<urn:uuid:${id}>`, `urn:uuid:${undashed}`],
  ...[
    `"${id}"`,
    `'${id}'`,
    `“${id}”`,
    `(${id})`,
    `[${id}]`,
    `\u200b${id}\ufeff`,
    id.replaceAll('-', '\u2011'),
  ],
];

test.each(pasted)('%j is the id without what pasting adds, wherever an id is taken', (text) => {
  const source = `query ($id: ID!, $ids: [ID!], $input: Wanted!) {
    literal: one(id: ${JSON.stringify(text)}) one(id: $id) many(ids: $ids) wanted(input: $input) }`;
  expect(run(source, { id: text, ids: [text, text], input: { id: text, others: [text] } })).toEqual({
    data: { literal: id, one: id, many: [id, id], wanted: [id, id] },
  });
});

test.each([
  ...['nonsense', '', ' ', 'TEH-01', `${id} ${id}`, `${undashed}0`, undashed.slice(1), `uuid:${id}`],
  ...[`x${id}`, id.replace(/^./, 'g'), `${id.slice(0, 8)} ${id.slice(9)}`],
])('%j is no UUID and stays as it is', (text) => {
  expect(run('query ($id: ID!) { one(id: $id) }', { id: text })).toEqual({ data: { one: text } });
});

test('the schema stays a valid one', () => {
  expect(validateSchema(schema)).toEqual([]);
});
