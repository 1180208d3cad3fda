/**
 * A subgraph behind one of Apollo's data sources, such as `RemoteGraphQLDataSource` with `willSendRequest` and
 * `didReceiveResponse`. It keeps the promises of `SubgraphClient` but for two that data sources do not have: it cannot
 * subscribe, and work under way goes on after the caller has left.
 */
import type { GraphQLDataSource } from '@apollo/gateway';
// The package's entry exports the options that this enum is part of, and not the enum.
import { GraphQLDataSourceRequestKind } from '@apollo/gateway/dist/datasources/types.js';
import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Log } from '../../platform/log.js';
import { traceFields } from '../../platform/trace.js';
import type { SubgraphClient } from '../clients/client.js';
import { unavailable } from '../clients/failures.js';
import type { Service } from '../supergraph/supergraph.js';

export function dataSourceClient(
  { name, url }: Service,
  dataSource: GraphQLDataSource,
  log: Log,
): SubgraphClient {
  return {
    name,
    async execute(request, call): Promise<ExecutionResult> {
      const { query, operationName, variables } = request;
      const { hostRequest } = call;
      const sent = {
        query,
        ...(operationName !== undefined && { operationName }),
        variables: { ...variables },
        http: { method: 'POST', url, headers: new Headers({ ...traceFields(call) }) },
      };
      try {
        const answer = await dataSource.process(
          hostRequest === undefined
            ? { request: sent, kind: GraphQLDataSourceRequestKind.HEALTH_CHECK, context: {} }
            : {
                request: sent,
                kind: GraphQLDataSourceRequestKind.INCOMING_OPERATION,
                incomingRequestContext: hostRequest,
                context: hostRequest.context,
                document: request.document,
              },
        );
        const { data, errors, extensions } = answer;
        return {
          ...(data !== undefined && { data }),
          ...(errors && { errors: errors.map(({ message, ...rest }) => new GraphQLError(message, rest)) }),
          ...(extensions && { extensions }),
        };
      } catch (error) {
        // A hook that throws a GraphQLError of its own says what clients may see.
        if (error instanceof GraphQLError && error.extensions.code !== undefined) return { errors: [error] };
        log.warn({ subgraph: name, error: String(error) }, 'subgraph did not answer');
        return { errors: [unavailable(name)] };
      }
    },
    async subscribe() {
      throw unavailable(name);
    },
    async close() {},
  };
}
