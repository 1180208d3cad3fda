import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildSchema, parse } from 'graphql';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { screenOperations } from './screen-operations.js';

const SCHEMA = buildSchema(`
  scalar SafeInt
  scalar DateTime
  type Money { amount: SafeInt! }
  type Cup { id: ID! price: Money madeAt: DateTime! }
  type Query { cup(id: ID!): Cup }
`);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedai-operations-'));
  await write('shared', 'fragment Amount on Money { amount }');
});

afterEach(() => rm(folder, { recursive: true }));

async function write(screen: string, text: string): Promise<void> {
  const file = join(folder, screen, 'operations.graphql');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

const generate = () => screenOperations(folder, SCHEMA);

it('an operation is a document with the types of its data and variables, and with the shared fragments it uses', async () => {
  await write('shop', 'query CupOfId($id: ID!) { cup(id: $id) { madeAt price { ...Amount } } }');
  const [, shop] = await generate();
  expect(shop?.file).toBe('shop/operations.ts');
  expect(shop?.code).toContain(
    'export const CupOfId = /* @__PURE__ */ operation<CupOfIdQuery, CupOfIdQueryVariables>(',
  );
  expect(shop?.code).toMatch(/readonly madeAt: string/);
  expect(shop?.code).toMatch(/readonly amount: number/);
  const [text = ''] = shop?.texts ?? [];
  expect(parse(text).definitions.map(({ kind }) => kind)).toEqual([
    'OperationDefinition',
    'FragmentDefinition',
  ]);
});

it('an operation carries no fragment that it does not reach', async () => {
  await write('shop', 'query CupOfId($id: ID!) { cup(id: $id) { id } }');
  const [, shop] = await generate();
  expect(shop?.texts[0]).not.toContain('Amount');
});

it('a document that does not fit the schema is an error that names its file and the field', async () => {
  await write('kitchen', 'query Cup { cup(id: 1) { sugar } }');
  await expect(generate()).rejects.toThrow(/web\/kitchen\/operations\.graphql:\n.*"sugar"/);
});

it('an operation without a name is an error', async () => {
  await write('kitchen', '{ cup(id: 1) { id } }');
  await expect(generate()).rejects.toThrow(/every operation has a name/);
});
