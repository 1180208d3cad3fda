/**
 * Compiles a fetch of entities into its kind. Fetches of one kind differ in nothing but the places that they serve, so
 * within an operation no entity is fetched twice in one way.
 */
import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { Kind, OperationTypeNode } from 'graphql';
import type { EntityKind } from '../types.js';
import { documentOf } from './plan-fetches.js';
import { requestTemplate } from './request.js';
import { compileRewrites, renamedKeys } from './rewrites.js';
import { selectedObjects } from './selected-objects.js';

/** The variable by which the planner's fetches take representations. */
export const REPRESENTATIONS = 'representations';

/** Equal keys mean fetches of one kind. The operation's name, which numbers the fetches, is left out. */
export function kindKey(fetch: FetchNode): string {
  const unnamed = fetch.operation.slice(fetch.operation.indexOf('('));
  return JSON.stringify([fetch.serviceName, unnamed, fetch.outputRewrites ?? []]);
}

export function entityKind(schema: GraphQLSchema, fetch: FetchNode, index: number): EntityKind {
  const document = documentOf(fetch);
  const [operation, ...others] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError('A fetch starts with its operation');
  const [entities, ...siblings] = operation.selectionSet.selections;
  if (entities?.kind !== Kind.FIELD) throw new TypeError('A fetch of entities selects _entities');
  const variableNames = fetch.variableUsages ?? [];
  const renamed = renamedKeys(fetch.outputRewrites);
  const mergeable =
    others.length === 0 &&
    siblings.length === 0 &&
    !entities.alias &&
    !variableNames.some((name) => name.startsWith(`${REPRESENTATIONS}_`));
  return {
    index,
    serviceName: fetch.serviceName,
    alone: {
      template: requestTemplate({
        query: fetch.operation,
        document,
        operationName: fetch.operationName,
        operationType: OperationTypeNode.QUERY,
        variableNames,
      }),
      fields: [{ responseName: '_entities', variable: REPRESENTATIONS, contextSuffix: '' }],
    },
    mergeable: mergeable ? { operation, entities } : undefined,
    hasOutputRewrites: (fetch.outputRewrites ?? []).length > 0,
    rewriteOutput: compileRewrites(schema, fetch.outputRewrites),
    selection: entities.selectionSet,
    objects: selectedObjects(entities, renamed),
    renamed,
  };
}
