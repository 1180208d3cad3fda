/**
 * Part of `npm run check`: a type without a key that several subgraphs have (Money, PageInfo, UserError, an enum …) is one
 * type to clients, so every schema must define it identically, with the same description.
 */
import { join, relative } from 'node:path';
import { type DefinitionNode, Kind, parse, print } from 'graphql';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { readSubgraphs } from './composition.js';

const ROOTS = ['Query', 'Mutation', 'Subscription'];

const spellings = new Map<string, Map<string, string[]>>();
for (const { file, sdl } of await readSubgraphs(join(PROJECT_FOLDER, 'rover.yaml'))) {
  for (const definition of parse(sdl).definitions) {
    const name = valueTypeName(definition);
    if (name === undefined) continue;
    const ofType = spellings.get(name) ?? new Map<string, string[]>();
    const text = print(definition);
    ofType.set(text, [...(ofType.get(text) ?? []), relative(process.cwd(), file)]);
    spellings.set(name, ofType);
  }
}

for (const [name, ofType] of spellings) {
  if (ofType.size < 2) continue;
  process.exitCode = 1;
  console.error(`${name} is defined in ${ofType.size} different ways:`);
  for (const [text, files] of ofType) console.error(`\n# ${files.join(', ')}\n${text}\n`);
}

function valueTypeName(definition: DefinitionNode): string | undefined {
  switch (definition.kind) {
    case Kind.SCALAR_TYPE_DEFINITION:
    case Kind.ENUM_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
    case Kind.UNION_TYPE_DEFINITION:
      return definition.name.value;
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION: {
      const isEntity = definition.directives?.some((directive) => directive.name.value === 'key');
      return isEntity || ROOTS.includes(definition.name.value) ? undefined : definition.name.value;
    }
    default:
      return undefined;
  }
}
