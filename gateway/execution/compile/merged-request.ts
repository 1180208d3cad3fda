/**
 * Fetches of several kinds that go to one service at the same time, as one operation: `_entities` once per kind, under
 * an alias and with a variable of its own for the representations. The client's variables keep their names, since
 * within one operation a name means one thing.
 */
import {
  type ArgumentNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  print,
  stripIgnoredCharacters,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type { EntitiesField, EntitiesRequest, EntityKind } from '../types.js';
import { CONTEXT_VARIABLE_PREFIX } from './contexts.js';
import { REPRESENTATIONS } from './entity-kind.js';
import { requestTemplate } from './request.js';

function named(value: string) {
  return { kind: Kind.NAME, value } as const;
}

function isOfContext(variable: string): boolean {
  return variable.startsWith(CONTEXT_VARIABLE_PREFIX);
}

function withVariable(argument: ArgumentNode, variable: string): ArgumentNode {
  if (argument.name.value !== REPRESENTATIONS) return argument;
  return { ...argument, value: { kind: Kind.VARIABLE, name: named(variable) } };
}

/** The request of several kinds, or undefined where one of them must go alone. */
export function mergedRequest(kinds: readonly EntityKind[]): EntitiesRequest | undefined {
  const definitions = new Map<string, VariableDefinitionNode>();
  const variableNames = new Set<string>();
  const fields: EntitiesField[] = [];
  const selections: OperationDefinitionNode['selectionSet']['selections'][number][] = [];
  for (const [index, { mergeable, alone }] of kinds.entries()) {
    if (!mergeable) return undefined;
    const contextSuffix = `_${index}`;
    const field = {
      responseName: `_e${index}`,
      variable: `${REPRESENTATIONS}_${index}`,
      contextSuffix,
    };
    fields.push(field);
    const renamed = (name: string) => (isOfContext(name) ? name + contextSuffix : name);
    for (const definition of mergeable.operation.variableDefinitions ?? []) {
      const given = definition.variable.name.value;
      const name = given === REPRESENTATIONS ? field.variable : renamed(given);
      definitions.set(name, { ...definition, variable: { kind: Kind.VARIABLE, name: named(name) } });
    }
    const { variableNames: used } = alone.template.shape;
    for (const name of used) variableNames.add(renamed(name));
    const entities = used.some(isOfContext)
      ? visit(mergeable.entities, {
          Variable: (variable) => ({ ...variable, name: named(renamed(variable.name.value)) }),
        })
      : mergeable.entities;
    selections.push({
      ...entities,
      alias: named(field.responseName),
      arguments: (entities.arguments ?? []).map((argument) => withVariable(argument, field.variable)),
    });
  }
  const [first] = kinds;
  if (!first?.mergeable) return undefined;
  const operation: OperationDefinitionNode = {
    ...first.mergeable.operation,
    variableDefinitions: [...definitions.values()],
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
  const document = { kind: Kind.DOCUMENT, definitions: [operation] } as const;
  return {
    fields,
    template: requestTemplate({
      query: stripIgnoredCharacters(print(document)),
      document,
      operationName: first.alone.template.shape.operationName,
      operationType: OperationTypeNode.QUERY,
      variableNames: [...variableNames],
    }),
  };
}
