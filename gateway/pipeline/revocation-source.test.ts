import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { REVOCATIONS_QUERY } from './revocation-source.js';

it('asks for what the schema of the customer subgraph has', async () => {
  const sdl = await readFile(join(PROJECT_FOLDER, 'schema', 'customer.graphql'), 'utf8');
  expect(validate(buildSubgraphSchema(parse(sdl)), parse(REVOCATIONS_QUERY))).toEqual([]);
});
