/**
 * Which subgraph decides whether a node exists. `Query.node(id:)` (Relay's Object Identification) answers many types by their
 * id alone, without a look at those of other subgraphs. Such a type belongs to the subgraph that has most of its fields and
 * resolves it by `id`; the others only extend it, and may take any id for one that exists.
 */
import type { InterfaceType, Schema, Supergraph } from '@apollo/federation-internals';

/** The types that a subgraph owns, by its name. Empty where every type of `node` belongs to the subgraph that answers it. */
export type NodeOwners = ReadonlyMap<string, readonly string[]>;

export const NODE_FIELD = 'node';
const NONE: NodeOwners = new Map();

export function readNodeOwners(supergraph: Supergraph): NodeOwners {
  const subgraphs = [...supergraph.subgraphs()];
  const answering = subgraphs.filter(({ schema }) => nodeTypeOf(schema) !== undefined);
  const [home, ...others] = answering;
  const node = home && nodeTypeOf(home.schema);
  if (home === undefined || node === undefined || others.length > 0) return NONE;
  const owners = new Map<string, string[]>();
  for (const { name } of node.possibleRuntimeTypes()) {
    if (fieldsResolvedById(home.schema, name) > 0) continue;
    const ranked = subgraphs
      .map((subgraph) => ({ name: subgraph.name, fields: fieldsResolvedById(subgraph.schema, name) }))
      .toSorted((one, other) => other.fields - one.fields);
    const [first, second] = ranked;
    if (first === undefined || first.fields === 0 || first.fields === second?.fields) continue;
    owners.set(first.name, [...(owners.get(first.name) ?? []), name]);
  }
  return owners;
}

/** The interface that `Query.node` answers in a subgraph. */
function nodeTypeOf(schema: Schema): InterfaceType | undefined {
  const type = schema.schemaDefinition.rootType('query')?.field(NODE_FIELD)?.type;
  const nullable = type?.kind === 'NonNullType' ? type.ofType : type;
  return nullable?.kind === 'InterfaceType' && nullable.field('id') !== undefined ? nullable : undefined;
}

/** How many fields of its own a subgraph has of a type that it resolves by `id`; 0 where it does not. */
function fieldsResolvedById(schema: Schema, typeName: string): number {
  const type = schema.type(typeName);
  if (type?.kind !== 'ObjectType') return 0;
  const isResolved = type.appliedDirectives.some((applied) => {
    const { fields, resolvable } = applied.arguments();
    return isNamed(applied.name, 'key') && fields === 'id' && resolvable !== false;
  });
  if (!isResolved) return 0;
  return type
    .fields()
    .filter(
      ({ name, appliedDirectives }) =>
        name !== 'id' && !appliedDirectives.some((applied) => isNamed(applied.name, 'external')),
    ).length;
}

function isNamed(applied: string, directive: string): boolean {
  return applied === directive || applied.endsWith(`__${directive}`);
}
