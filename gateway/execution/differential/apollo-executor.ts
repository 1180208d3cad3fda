/** Apollo's own executor on the same plan and the same subgraphs: what ours is held against. */
import { executeQueryPlan, type GraphQLDataSource } from '@apollo/gateway';
import type { GatewayGraphQLResponse, GatewaySchemaHash } from '@apollo/server-gateway-interface';
import {
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  isInterfaceType,
  Kind,
  parse,
} from 'graphql';
import type { SubgraphCall, SubgraphClient } from '../../clients/client.js';
import type { PreparedOperation } from '../prepare.js';
import { isResponseObject } from '../run/response-object.js';
import type { Variables } from '../types.js';

function isSchemaHash(hash: string): hash is GatewaySchemaHash {
  return hash.length > 0;
}

function toGraphQLError(error: Error): GraphQLError {
  return error instanceof GraphQLError ? error : new GraphQLError(error.message);
}

/** Where an entity is called by its interface's name (`@interfaceObject`), Apollo forgets the name it knew already. */
function withoutInterfaceNames(schema: GraphQLSchema, data: ExecutionResult['data']): void {
  const entities: unknown = data?._entities;
  if (!Array.isArray(entities)) return;
  for (const entity of entities) {
    if (isResponseObject(entity) && isInterfaceType(schema.getType(String(entity.__typename))))
      delete entity.__typename;
  }
}

function dataSource(schema: GraphQLSchema, client: SubgraphClient, call: SubgraphCall): GraphQLDataSource {
  return {
    async process({ request }): Promise<GatewayGraphQLResponse> {
      const document = parse(request.query ?? '');
      const [operation] = document.definitions;
      if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError('Not an operation');
      const { data, errors } = await client.execute(
        {
          query: request.query ?? '',
          document,
          operationName: request.operationName,
          operationType: operation.operation,
          variables: request.variables ?? {},
        },
        call,
      );
      // As it would arrive: plain objects.
      withoutInterfaceNames(schema, data);
      return JSON.parse(JSON.stringify({ data, errors }));
    },
  };
}

export async function executeWithApollo(
  { supergraph, plan, document, definition, name }: PreparedOperation,
  variables: Variables,
  clients: ReadonlyMap<string, SubgraphClient>,
  call: SubgraphCall,
): Promise<ExecutionResult> {
  const { id, apiSchema, fullSchema, plannedSchema } = supergraph;
  if (!isSchemaHash(id)) throw new TypeError('A supergraph has an id');
  const fragments = document.definitions.filter((other) => other.kind === Kind.FRAGMENT_DEFINITION);
  const result = await executeQueryPlan(
    plan,
    Object.fromEntries(
      [...clients].map(([service, client]) => [service, dataSource(fullSchema, client, call)]),
    ),
    {
      request: { variables: { ...variables } },
      logger: console,
      schema: apiSchema,
      schemaHash: id,
      context: {},
      cache: { get: async () => undefined, set: async () => {}, delete: async () => true },
      queryHash: id,
      document,
      source: '',
      operationName: name ?? null,
      operation: definition,
      metrics: {},
      overallCachePolicy: undefined,
    },
    {
      schema: apiSchema,
      operation: definition,
      fragments: Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment])),
    },
    fullSchema,
    plannedSchema,
  );
  // It also answers with plain errors, which would leave as nothing.
  return result.errors ? { ...result, errors: result.errors.map(toGraphQLError) } : result;
}
