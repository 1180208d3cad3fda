import { buildSchema, Kind, parse } from 'graphql';
import { expect, it } from 'vitest';
import { variableErrors } from './variables.js';

const schema = buildSchema('enum Size { LARGE } type Query { price(size: Size): Int }');
const [operation] = parse('query ($size: Size) { price(size: $size) }').definitions;

function messageFor(size: unknown): string | undefined {
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError('No operation');
  return variableErrors(schema, operation, { size })[0]?.message;
}

it('what is wrong with a variable is said without suggestions', () => {
  expect(messageFor('LARGER')).toBe(
    'Variable "$size" got invalid value "LARGER"; Value "LARGER" does not exist in "Size" enum.',
  );
});

it('what a client has sent is said in time that grows with its length alone', () => {
  const sent = ' Did you mean '.repeat(20_000);
  expect(messageFor(sent)).toContain('Did you mean');
});
