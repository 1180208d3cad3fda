import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { newId, tagOf, typeTag } from '../../../platform/ids.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { NODE_TYPES } from './node.js';

describe('node types', () => {
  it('are the types that implement Node in the schema', () => {
    const schema = parse(readFileSync(join(PROJECT_FOLDER, 'schema', 'menu.graphql'), 'utf8'));
    const implementers = schema.definitions.flatMap((definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION &&
      definition.interfaces?.some(({ name }) => name.value === 'Node')
        ? [definition.name.value]
        : [],
    );
    expect(implementers.sort()).toEqual([...NODE_TYPES]);
  });

  it('are distinguished by their ids', () => {
    expect(new Set(NODE_TYPES.map(typeTag)).size).toBe(NODE_TYPES.length);
    for (const type of NODE_TYPES) expect(tagOf(newId(type))).toBe(typeTag(type));
  });
});
