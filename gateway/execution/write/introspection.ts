/** `__schema` and `__type`, answered from what clients may see and never by a subgraph. */
import {
  type DocumentNode,
  executeSync,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { CollectedField } from './collect-fields.js';
import { type Completion, NULL } from './completion.js';

export function introspector(
  schema: GraphQLSchema,
  definition: OperationDefinitionNode,
  fragments: readonly FragmentDefinitionNode[],
): (field: CollectedField, completion: Completion) => string {
  return ({ nodes, responseName }, { run }) => {
    const operation = {
      ...definition,
      selectionSet: { kind: Kind.SELECTION_SET, selections: nodes },
    } as const;
    const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] };
    const { data, errors = [] } = executeSync({ schema, document, variableValues: run.variables });
    for (const error of errors) run.addError(error);
    return data ? JSON.stringify(data[responseName] ?? null) : NULL;
  };
}
