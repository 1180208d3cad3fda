/**
 * Runs a prepared operation against the subgraphs and answers with the client's shape.
 *
 * - The answer is always an ExecutionResult; nothing a subgraph does makes it throw.
 * - `variables` are the client's own, unchecked: what does not fit their definitions is answered with BAD_USER_INPUT
 *   and no subgraph is asked.
 * - The executor owns the answers that clients give it, and writes into them: a client must not hand out an object twice.
 */
import { executeQueryPlan, type GraphQLDataSource } from '@apollo/gateway';
import type { QueryPlan } from '@apollo/query-planner';
import type { GatewaySchemaHash } from '@apollo/server-gateway-interface';
import { type ExecutionResult, GraphQLError, getVariableValues, Kind, parse } from 'graphql';
import { ErrorCode } from '../../platform/errors.js';
import type { SubgraphCall, SubgraphClient } from '../clients/client.js';
import type { PreparedOperation, Variables } from './prepare.js';

export interface ExecutionOptions {
  readonly variables?: Variables | undefined;
  readonly call: SubgraphCall;
  /** By service name. */
  readonly clients: ReadonlyMap<string, SubgraphClient>;
  /** Errors found before execution, such as fields that access control took out; they come first in the answer. */
  readonly errors?: readonly GraphQLError[];
  /** The last word on the errors that leave, for limits and masking. */
  readonly formatErrors?: (errors: readonly GraphQLError[]) => readonly GraphQLError[];
}

function isHash(id: string): id is GatewaySchemaHash {
  return id.length > 0;
}

function schemaHash(id: string): GatewaySchemaHash {
  if (isHash(id)) return id;
  throw new TypeError('A supergraph has an id');
}

function plain({ data, errors }: ExecutionResult) {
  return { data: data ?? null, ...(errors ? { errors: errors.map((error) => error.toJSON()) } : {}) };
}

const EVENT_SERVICE = '__event';

function badVariables(prepared: PreparedOperation, variables: Variables): readonly GraphQLError[] {
  const { errors } = getVariableValues(
    prepared.supergraph.apiSchema,
    prepared.definition.variableDefinitions ?? [],
    variables,
  );
  return (errors ?? []).map(
    ({ message, nodes }) =>
      new GraphQLError(message, { nodes: nodes ?? null, extensions: { code: ErrorCode.BAD_USER_INPUT } }),
  );
}

function finish(result: ExecutionResult, options: ExecutionOptions): ExecutionResult {
  const errors = [...(options.errors ?? []), ...(result.errors ?? [])];
  if (errors.length === 0) return result;
  return { ...result, errors: options.formatErrors ? options.formatErrors(errors) : errors };
}

async function run(
  prepared: PreparedOperation,
  plan: QueryPlan,
  options: ExecutionOptions,
  event?: ExecutionResult,
): Promise<ExecutionResult> {
  const variables = options.variables ?? {};
  const invalid = badVariables(prepared, variables);
  if (invalid.length > 0) return finish({ errors: invalid }, options);
  const service = (client: SubgraphClient): GraphQLDataSource => ({
    async process({ request, ...rest }) {
      const query = request.query ?? '';
      const document = ('document' in rest ? rest.document : undefined) ?? parse(query);
      const definition = document.definitions.find(
        (candidate) => candidate.kind === Kind.OPERATION_DEFINITION,
      );
      const answer = await client.execute(
        {
          query,
          document,
          operationName: request.operationName,
          operationType: definition?.operation ?? 'query',
          variables: request.variables ?? {},
        },
        options.call,
      );
      return plain(answer);
    },
  });
  const services: Record<string, GraphQLDataSource> = {};
  for (const [name, client] of options.clients) services[name] = service(client);
  services[EVENT_SERVICE] = { process: async () => plain(event ?? {}) };
  const result = await executeQueryPlan(
    plan,
    services,
    {
      request: { variables: { ...variables } },
      logger: console,
      schema: prepared.supergraph.apiSchema,
      schemaHash: schemaHash(prepared.supergraph.id),
      context: {},
      cache: { get: async () => undefined, set: async () => {}, delete: async () => true },
      queryHash: '',
      document: prepared.document,
      source: '',
      operationName: prepared.name ?? null,
      operation: prepared.definition,
      metrics: {},
      overallCachePolicy: undefined,
    },
    {
      schema: prepared.supergraph.apiSchema,
      operation: prepared.definition,
      fragments: Object.fromEntries(
        prepared.document.definitions.flatMap((definition) =>
          definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
        ),
      ),
    },
    prepared.supergraph.schema.schema.toGraphQLJSSchema(),
    prepared.supergraph.plannedSchema,
  );
  return finish(result, options);
}

export function execute(prepared: PreparedOperation, options: ExecutionOptions): Promise<ExecutionResult> {
  return run(prepared, prepared.plan, options);
}

/** As `execute`, as the JSON text of the answer, for where nobody needs the object. */
export async function executeToText(prepared: PreparedOperation, options: ExecutionOptions): Promise<string> {
  return JSON.stringify(await execute(prepared, options));
}

/** One event of a subscription: `event` is what its upstream sent, and what else the client asked for is fetched now. */
export function executeRest(
  prepared: PreparedOperation,
  event: ExecutionResult,
  options: ExecutionOptions,
): Promise<ExecutionResult> {
  const root = prepared.plan.node;
  if (root?.kind !== 'Subscription') throw new TypeError('executeRest takes a subscription');
  const primary = { ...root.primary, serviceName: EVENT_SERVICE };
  const plan: QueryPlan = {
    kind: 'QueryPlan',
    node: root.rest ? { kind: 'Sequence', nodes: [primary, root.rest] } : primary,
  };
  return run(prepared, plan, options, event);
}

/** As `executeRest`, as JSON text. */
export async function executeRestToText(
  prepared: PreparedOperation,
  event: ExecutionResult,
  options: ExecutionOptions,
): Promise<string> {
  return JSON.stringify(await executeRest(prepared, event, options));
}
