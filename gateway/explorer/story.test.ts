import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { kedaiStory } from './story.js';

const sdl = readFileSync(join(PROJECT_FOLDER, 'schema', 'supergraph.graphql'), 'utf8');
const schema = buildSchema(sdl, { assumeValidSDL: true });
const { tabs } = kedaiStory(undefined);

it.each(tabs.map(({ query }) => [query.match(/(?:mutation|query|subscription) (\w+)/)?.[1], query]))(
  'the tab %s is an operation of the schema',
  (_name, query) => {
    expect(validate(schema, parse(query))).toEqual([]);
  },
);
