/**
 * An operation made ready to run any number of times: picked from its document, planned, and (for a subscription) its
 * upstream request. Preparing never contacts a subgraph, and depends on the operation and the supergraph alone, so that
 * a prepared operation can be cached and shared by every caller.
 *
 * Validate the document first: preparing takes a valid one.
 */
import { operationFromDocument } from '@apollo/federation-internals';
import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  type OperationTypeNode,
  parse,
  print,
} from 'graphql';
import { ErrorCode, requestError } from '../../platform/errors.js';
import type { SubgraphRequest } from '../clients/client.js';
import type { Supergraph } from '../supergraph/supergraph.js';

export type Variables = Readonly<Record<string, unknown>>;

/** How a subscription's upstream is opened: by whoever keeps streams, at this service, with this request. */
export interface SubscriptionSource {
  readonly serviceName: string;
  request(variables: Variables): SubgraphRequest;
}

export interface PreparedOperation {
  readonly supergraph: Supergraph;
  readonly type: OperationTypeNode;
  readonly name: string | undefined;
  /** The client's document; the answer has its shape. */
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly plan: QueryPlan;
  readonly subscription: SubscriptionSource | undefined;
  /** Roughly how many bytes it keeps alive. */
  readonly weight: number;
}

export interface PrepareOptions {
  /**
   * The document to plan where it is less than the client's: what access control left of it. What is left out is never
   * asked for upstream and is null in the answer.
   */
  readonly plannedDocument?: DocumentNode;
}

function pickOperation(document: DocumentNode, operationName: string | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const [first] = operations;
  if (operationName === undefined || operationName === '') {
    if (first && operations.length === 1) return first;
    const problem = first
      ? 'Must provide operation name if query contains multiple operations.'
      : 'Must provide an operation.';
    throw requestError(ErrorCode.BAD_USER_INPUT, problem);
  }
  const named = operations.find((operation) => operation.name?.value === operationName);
  if (!named) throw requestError(ErrorCode.BAD_USER_INPUT, `Unknown operation named "${operationName}".`);
  return named;
}

function usedVariables(fetch: FetchNode, variables: Variables): Record<string, unknown> {
  const used: Record<string, unknown> = {};
  for (const name of fetch.variableUsages ?? []) {
    if (Object.hasOwn(variables, name) && variables[name] !== undefined) used[name] = variables[name];
  }
  return used;
}

function subscriptionSource(fetch: FetchNode): SubscriptionSource {
  const document = fetch.operationDocumentNode ?? parse(fetch.operation);
  return {
    serviceName: fetch.serviceName,
    request: (variables) => ({
      query: fetch.operation,
      document,
      operationName: fetch.operationName,
      operationType: 'subscription',
      variables: usedVariables(fetch, variables),
    }),
  };
}

function planWeight(node: PlanNode | undefined): number {
  switch (node?.kind) {
    case 'Fetch':
      return node.operation.length * 12;
    case 'Flatten':
      return 200 + planWeight(node.node);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.reduce((sum, child) => sum + planWeight(child), 200);
    case 'Condition':
      return 200 + planWeight(node.ifClause) + planWeight(node.elseClause);
    default:
      return 0;
  }
}

export function prepare(
  supergraph: Supergraph,
  document: DocumentNode,
  operationName?: string,
  options: PrepareOptions = {},
): PreparedOperation {
  const definition = pickOperation(document, operationName);
  const plannedDocument = options.plannedDocument ?? document;
  const operation = operationFromDocument(supergraph.plannedSchema, plannedDocument, {
    ...(operationName ? { operationName } : {}),
  });
  const plan = supergraph.planner.buildQueryPlan(operation);
  const root = plan.node;
  const isSubscription = root?.kind === 'Subscription';
  return {
    supergraph,
    type: definition.operation,
    name: definition.name?.value,
    document,
    definition,
    plan,
    subscription: isSubscription ? subscriptionSource(root.primary) : undefined,
    weight:
      print(document).length * 12 +
      (isSubscription ? planWeight(root.primary) + planWeight(root.rest) : planWeight(root)),
  };
}
