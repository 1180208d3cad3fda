/**
 * One way of asking a subgraph for entities: a service and a selection, arguments included. Fetches of one kind differ
 * in nothing but the places they serve, so within an operation an entity that was asked for in one way is never asked
 * for in that way again.
 */
import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { RequestTemplate } from './request.js';
import { compileRewrites, type Rewrite, renamedKeys } from './rewrites.js';
import { selectedObjects } from './selected-objects.js';

/** The variable by which the planner's fetches take representations. */
export const REPRESENTATIONS = 'representations';

export interface EntityKind {
  /** Its place among the kinds of the plan. */
  readonly index: number;
  readonly serviceName: string;
  readonly template: RequestTemplate;
  /** Its parts, where it can share a request with other kinds. */
  readonly mergeable:
    | { readonly operation: OperationDefinitionNode; readonly entities: FieldNode }
    | undefined;
  /** What is selected of an entity. */
  readonly selection: SelectionSetNode | undefined;
  /** What of an entity is an object or a list of them. */
  readonly objects: readonly string[];
  readonly hasOutputRewrites: boolean;
  readonly rewriteOutput: Rewrite;
  readonly renamed: ReadonlyMap<string, string>;
}

/** Equal keys mean fetches of one kind. The operation's name, which numbers the fetches, is left out. */
export function kindKey(fetch: FetchNode): string {
  const unnamed = fetch.operation.slice(fetch.operation.indexOf('('));
  return JSON.stringify([fetch.serviceName, unnamed, fetch.outputRewrites ?? []]);
}

export function entityKind(schema: GraphQLSchema, fetch: FetchNode, index: number): EntityKind {
  const document = fetch.operationDocumentNode ?? parse(fetch.operation);
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
    template: new RequestTemplate({
      query: fetch.operation,
      document,
      operationName: fetch.operationName,
      operationType: OperationTypeNode.QUERY,
      variableNames,
    }),
    mergeable: mergeable ? { operation, entities } : undefined,
    hasOutputRewrites: (fetch.outputRewrites ?? []).length > 0,
    rewriteOutput: compileRewrites(schema, fetch.outputRewrites),
    selection: entities.selectionSet,
    objects: selectedObjects(entities, renamed),
    renamed,
  };
}
