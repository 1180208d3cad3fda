/** Which fields of a subgraph require fields of others with arguments, as in `@requires(fields: "price(in: EUR)")`. */
import type { Supergraph } from '@apollo/federation-internals';
import { type FieldNode, Kind, parse, type SelectionSetNode } from 'graphql';

/** The fields with arguments that one field requires, each with the field names that lead to it. */
export type ArgumentRequirements = readonly {
  readonly path: readonly string[];
  readonly field: FieldNode;
}[];

/** By subgraph name, then by `Type.field`. */
export type RequiredArguments = ReadonlyMap<string, ReadonlyMap<string, ArgumentRequirements>>;

function withArguments(
  { selections }: SelectionSetNode,
  above: readonly string[] = [],
): ArgumentRequirements {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return withArguments(selection.selectionSet, above);
    if (selection.kind !== Kind.FIELD) return [];
    const path = [...above, selection.name.value];
    const below = selection.selectionSet ? withArguments(selection.selectionSet, path) : [];
    return (selection.arguments ?? []).length > 0 ? [{ path, field: selection }, ...below] : below;
  });
}

export function readRequiredArguments(supergraph: Supergraph): RequiredArguments {
  const required = new Map<string, Map<string, ArgumentRequirements>>();
  for (const { name, schema } of supergraph.subgraphs()) {
    for (const type of schema.types()) {
      if (type.kind !== 'ObjectType' && type.kind !== 'InterfaceType') continue;
      for (const field of type.fields()) {
        for (const applied of field.appliedDirectives) {
          const { fields } = applied.arguments();
          if (!applied.name.endsWith('requires') || typeof fields !== 'string' || !fields.includes('('))
            continue;
          const [definition] = parse(`{${fields}}`).definitions;
          if (definition?.kind !== Kind.OPERATION_DEFINITION) continue;
          const ofSubgraph = required.get(name) ?? new Map<string, ArgumentRequirements>();
          required.set(name, ofSubgraph.set(field.coordinate, withArguments(definition.selectionSet)));
        }
      }
    }
  }
  return required;
}
