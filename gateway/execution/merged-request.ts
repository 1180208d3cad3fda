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
} from 'graphql';
import { type EntityKind, REPRESENTATIONS } from './entity-kind.js';
import { RequestTemplate } from './request.js';

/** The response name and the variable of one kind in a request. */
export interface EntitiesField {
  readonly responseName: string;
  readonly variable: string;
}

export interface EntitiesRequest {
  readonly template: RequestTemplate;
  /** One per kind, in order. */
  readonly fields: readonly EntitiesField[];
}

/** The request of one kind alone. */
export function singleRequest(kind: EntityKind): EntitiesRequest {
  return { template: kind.template, fields: [{ responseName: '_entities', variable: REPRESENTATIONS }] };
}

function named(value: string) {
  return { kind: Kind.NAME, value } as const;
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
  for (const [index, { mergeable, template }] of kinds.entries()) {
    if (!mergeable) return undefined;
    const field = { responseName: `_e${index}`, variable: `${REPRESENTATIONS}_${index}` };
    fields.push(field);
    for (const definition of mergeable.operation.variableDefinitions ?? []) {
      const given = definition.variable.name.value;
      const name = given === REPRESENTATIONS ? field.variable : given;
      definitions.set(name, { ...definition, variable: { kind: Kind.VARIABLE, name: named(name) } });
    }
    for (const name of template.shape.variableNames) variableNames.add(name);
    selections.push({
      ...mergeable.entities,
      alias: named(field.responseName),
      arguments: (mergeable.entities.arguments ?? []).map((argument) =>
        withVariable(argument, field.variable),
      ),
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
    template: new RequestTemplate({
      query: stripIgnoredCharacters(print(document)),
      document,
      operationName: first.template.shape.operationName,
      operationType: OperationTypeNode.QUERY,
      variableNames: [...variableNames],
    }),
  };
}
