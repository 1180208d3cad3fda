/** The graphql-transport-ws side of a served subgraph: one socket carries the subscriptions of many of the gateway's clients. */
import { type ExecutionArgs, GraphQLError } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { ErrorCode, requestError } from '../errors.js';
import { closeGracefully, type Upgrade, upgradeAt } from '../http/web-sockets.js';
import type { DocumentCache } from './document-cache.js';
import { type ExecutableSubgraph, executeOperation, subscribeOperation } from './execution.js';
import { callerOf, callOf, type GatewayOnlyOptions } from './gateway-only.js';
import type { OperationCall } from './subgraph.js';

export interface SubscriptionServer {
  readonly upgrade: Upgrade;
  /** Closes the sockets with 1001, so that the gateway reconnects elsewhere. */
  stop(): Promise<void>;
}

const MAXIMUM_MESSAGE_BYTES = 2 ** 20;

export function serveSubscriptions(
  subgraph: ExecutableSubgraph,
  documents: DocumentCache,
  options: GatewayOnlyOptions,
): SubscriptionServer {
  const { log } = options;
  const calls = new WeakMap<object, OperationCall>();
  const operation = ({ document, operationName, variableValues }: ExecutionArgs) => ({
    document,
    operationName: operationName ?? undefined,
    variables: variableValues ?? undefined,
  });
  const callFor = (args: ExecutionArgs): OperationCall => {
    const call = calls.get(args);
    if (call === undefined) throw new Error('An operation runs only after it was accepted');
    return call;
  };

  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAXIMUM_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  useServer(
    {
      async onConnect({ connectionParams }) {
        return (await callerOf(options, connectionParams?.authorization, subgraph.name)) !== undefined;
      },
      async onSubscribe(_socket, _id, { query, operationName, variables, extensions }) {
        const caller = await callerOf(options, extensions?.authorization, subgraph.name);
        if (caller === undefined) return [requestError(ErrorCode.UNAUTHENTICATED, 'Not the gateway')];
        const parsed = documents.get(query);
        if (!parsed.ok) {
          return parsed.errors.map(
            ({ message, extensions: given }) => new GraphQLError(message, { extensions: given ?? {} }),
          );
        }
        const args: ExecutionArgs = {
          schema: subgraph.schema,
          document: parsed.document,
          operationName: operationName ?? null,
          variableValues: variables ?? null,
        };
        calls.set(args, callOf(caller, extensions?.traceparent, extensions?.tracestate));
        return args;
      },
      execute: (args) => executeOperation(subgraph, operation(args), callFor(args), log),
      subscribe: (args) => subscribeOperation(subgraph, operation(args), callFor(args), log),
      onError: (_socket, _id, _payload, errors) => errors.map((error) => error.toJSON()),
    },
    sockets,
  );

  return {
    upgrade: upgradeAt('/graphql', sockets, (socket, request) => sockets.emit('connection', socket, request)),
    stop: () => closeGracefully(sockets),
  };
}
