import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type FieldDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type TypeNode,
} from 'graphql';
import { expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { SUBGRAPH_NAMES, type SubgraphName } from '../subgraphs/names.js';

async function objectsOf(name: SubgraphName): Promise<ObjectTypeDefinitionNode[]> {
  const sdl = await readFile(join(PROJECT_FOLDER, 'schema', `${name}.graphql`), 'utf8');
  return parse(sdl)
    .definitions.filter(isTypeDefinitionNode)
    .filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION);
}

function has(node: ObjectTypeDefinitionNode | FieldDefinitionNode, directive: string): boolean {
  return node.directives?.some(({ name }) => name.value === directive) ?? false;
}

function ownFields({ fields = [] }: ObjectTypeDefinitionNode): FieldDefinitionNode[] {
  return fields.filter((field) => field.name.value !== 'id' && !has(field, 'external'));
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

/** Nothing above it is lost when it is: it is null itself, or a list that is. */
function isNullable({ type }: FieldDefinitionNode): boolean {
  return type.kind !== Kind.NON_NULL_TYPE;
}

it('keeps the answers of other subgraphs when one is away: every field that reaches into another may be null', async () => {
  const subgraphs = await Promise.all(
    SUBGRAPH_NAMES.map(async (name) => ({ name, objects: await objectsOf(name) })),
  );
  /** The subgraph that says most of an entity, and how much. */
  const homes = new Map<string, { name: SubgraphName; fields: number }>();
  for (const { name, objects } of subgraphs) {
    for (const entity of objects.filter((object) => has(object, 'key'))) {
      const fields = ownFields(entity).length;
      if (fields > (homes.get(entity.name.value)?.fields ?? 0))
        homes.set(entity.name.value, { name, fields });
    }
  }
  const isElsewhere = (type: string, name: SubgraphName) => (homes.get(type)?.name ?? name) !== name;

  const reaching = subgraphs.flatMap(({ name, objects }) =>
    objects.flatMap((object) =>
      ownFields(object)
        .filter(({ type }) => isElsewhere(object.name.value, name) || isElsewhere(namedType(type), name))
        .map((field) => ({ place: `${name}: ${object.name.value}.${field.name.value}`, field })),
    ),
  );
  expect(reaching.map(({ place }) => place)).toEqual(
    expect.arrayContaining([
      'order: Order.customer',
      'stock: MenuItem.availability',
      'payment: Order.payment',
    ]),
  );
  expect(reaching.filter(({ field }) => !isNullable(field)).map(({ place }) => place)).toEqual([]);
});
