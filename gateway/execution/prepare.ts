/**
 * An operation made ready to run any number of times: picked from its document, planned, and (for a subscription) its
 * upstream request. Preparing never contacts a subgraph, and depends on the operation, the supergraph and the options
 * alone, so that a prepared operation can be cached and shared by every caller.
 *
 * Validate the document first: preparing takes a valid one.
 */
import { operationFromDocument } from '@apollo/federation-internals';
import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type OperationTypeNode,
  print,
} from 'graphql';
import { ErrorCode, requestError } from '../../platform/errors.js';
import type { SubgraphRequest } from '../clients/client.js';
import type { Supergraph } from '../supergraph/supergraph.js';
import { withRequiredArguments } from './compile/argument-repair.js';
import { type Conditions, findConditions } from './compile/condition-variables.js';
import { CONTEXT_VARIABLE_PREFIX } from './compile/contexts.js';
import { REPRESENTATIONS } from './compile/entity-kind.js';
import { leavesOut } from './compile/left-out-fields.js';
import { nodesIn, withExistenceChecks, withNodeKeys } from './compile/node-existence.js';
import { type CompiledPlan, compilePlan, fetchesOf } from './compile/plan.js';
import { ResponseNames } from './compile/response-names.js';
import { answerReceiver, rootTemplate } from './compile/root-fetch.js';
import { pickOperation } from './document.js';
import { ResponsePathTree } from './run/response-path.js';
import type { Run } from './run/run.js';
import type { Variables } from './types.js';
import { type Shape, shapeOf } from './write/shape.js';

/** The upstream of a subscription: its service, its request, and how its events are received. */
export interface SubscriptionSource {
  readonly serviceName: string;
  request(variables: Variables): SubgraphRequest;
  /** Takes an event as the answer to that request. */
  receive(run: Run, event: ExecutionResult): void;
}

export interface PreparedOperation {
  readonly supergraph: Supergraph;
  readonly type: OperationTypeNode;
  readonly name: string | undefined;
  /** The client's document; the answer has its shape. */
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  /** The operation as planned: only the variables that it declares are looked at. */
  readonly plannedDefinition: OperationDefinitionNode;
  readonly plan: QueryPlan;
  /** The plan's steps; of a subscription, those that follow an event. */
  readonly compiled: CompiledPlan;
  readonly conditions: Conditions;
  readonly names: ResponseNames;
  readonly shape: Shape;
  readonly subscription: SubscriptionSource | undefined;
  /** The services that it sends requests to, and those that resolve its root fields. */
  readonly services: ReadonlySet<string>;
  readonly rootServices: ReadonlySet<string>;
  /** Roughly how many bytes it keeps alive. */
  readonly weight: number;
}

export interface PrepareOptions {
  /** The document to plan where it is less than the client's: what access control left of it. */
  readonly plannedDocument?: DocumentNode;
  /** The client's fields that it lacks: null in the answer, also where the plan fetches them as a key or for `@requires`. */
  readonly removed?: ReadonlySet<FieldNode>;
  /** The labels of progressive overrides that hold. Default: none. */
  readonly overrides?: readonly string[];
}

const NOTHING: ReadonlySet<FieldNode> = new Set();
const NO_CHECKS: ReadonlySet<FetchNode> = new Set();

function subscriptionSource(schema: GraphQLSchema, fetch: FetchNode): SubscriptionSource {
  const template = rootTemplate(fetch);
  return {
    serviceName: fetch.serviceName,
    request: (variables) => template.request(variables),
    receive: answerReceiver(schema, fetch, ResponsePathTree.root()),
  };
}

/** Measured: what a prepared operation takes at least, and for each character of it and its fetches. */
const BYTES = 10_000;
const BYTES_PER_CHARACTER = 60;

function weightOf(document: DocumentNode, fetches: readonly FetchNode[]): number {
  const characters = fetches.reduce((sum, { operation }) => sum + operation.length, print(document).length);
  return BYTES + BYTES_PER_CHARACTER * characters;
}

function unplannable(cause?: unknown): GraphQLError {
  return new GraphQLError('The operation could not be planned', {
    ...(cause instanceof Error ? { originalError: cause } : {}),
    extensions: { code: ErrorCode.INTERNAL_SERVER_ERROR },
  });
}

interface RepairedPlan extends QueryPlan {
  readonly existenceChecks: ReadonlySet<FetchNode>;
}

/** The plan of Apollo's planner, with what it gets wrong repaired. */
function planOf(
  supergraph: Supergraph,
  document: DocumentNode,
  operationName: string | undefined,
  overrides: readonly string[],
): RepairedPlan {
  const { apiSchema, planner, plannedSchema, requiredArguments, unpopulatedTypes, nodeOwners } = supergraph;
  try {
    const operation = pickOperation(document, operationName);
    const nodes = nodesIn(nodeOwners, document, operation);
    const planned = nodes.size === 0 ? document : withNodeKeys(apiSchema, document);
    const options = operationName ? { operationName } : {};
    const plan = planner.buildQueryPlan(operationFromDocument(plannedSchema, planned, options), {
      overrideConditions: new Map(overrides.map((label) => [label, true])),
    });
    if (leavesOut(apiSchema, unpopulatedTypes, document, operation, plan.node)) throw unplannable();
    if (!plan.node) return { ...plan, existenceChecks: NO_CHECKS };
    const repaired = withRequiredArguments(requiredArguments, plan.node);
    if (nodes.size === 0) return { ...plan, node: repaired, existenceChecks: NO_CHECKS };
    const { node, checks } = withExistenceChecks(nodeOwners, nodes, repaired);
    return { ...plan, node, existenceChecks: checks };
  } catch (cause) {
    if (cause instanceof GraphQLError) throw cause;
    throw unplannable(cause);
  }
}

function servicesOf(fetches: readonly FetchNode[]): ReadonlySet<string> {
  return new Set(fetches.map(({ serviceName }) => serviceName));
}

/** The planner names variables of its own without looking at the client's. */
function throwIfAmbiguous(
  { variableDefinitions = [] }: OperationDefinitionNode,
  { requires, variableUsages = [], contextRewrites = [] }: FetchNode,
): void {
  const declared = variableDefinitions.map(({ variable }) => variable.name.value);
  const taken = declared.find((name) => name.startsWith(CONTEXT_VARIABLE_PREFIX));
  if (contextRewrites.length > 0 && taken !== undefined) {
    throw requestError(ErrorCode.BAD_USER_INPUT, `A variable cannot be called "$${taken}" here.`);
  }
  if (requires && variableUsages.includes(REPRESENTATIONS)) {
    throw requestError(ErrorCode.BAD_USER_INPUT, `A variable cannot be called "$${REPRESENTATIONS}" here.`);
  }
}

export function prepare(
  supergraph: Supergraph,
  document: DocumentNode,
  operationName?: string,
  { plannedDocument = document, removed = NOTHING, overrides = [] }: PrepareOptions = {},
): PreparedOperation {
  const definition = pickOperation(document, operationName);
  const names = new ResponseNames(supergraph.plannedFields, document);
  const plan = planOf(supergraph, names.planned(plannedDocument), operationName, overrides);
  const { primary, rest } =
    plan.node?.kind === 'Subscription' ? plan.node : { primary: undefined, rest: plan.node };
  const fetches = fetchesOf(rest, ResponsePathTree.root()).map(({ fetch }) => fetch);
  for (const fetch of fetches) throwIfAmbiguous(definition, fetch);
  const compiled = compilePlan(supergraph.fullSchema, rest, plan.existenceChecks);
  const all = primary ? [primary, ...fetches] : fetches;
  const conditions = findConditions(document, definition);
  return {
    supergraph,
    type: definition.operation,
    name: definition.name?.value,
    document,
    definition,
    plannedDefinition:
      plannedDocument === document ? definition : pickOperation(plannedDocument, operationName),
    plan,
    compiled,
    conditions,
    names,
    shape: shapeOf(supergraph, document, definition, conditions.names, names, compiled.entityPlaces, removed),
    subscription: primary && subscriptionSource(supergraph.fullSchema, primary),
    services: servicesOf(all),
    rootServices: servicesOf(all.filter(({ requires }) => requires === undefined)),
    weight: weightOf(document, all),
  };
}
