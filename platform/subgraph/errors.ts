/**
 * Which part of a failure leaves a subgraph. An error raised on purpose carries a code and is passed on. A database that is
 * unavailable is SUBGRAPH_UNAVAILABLE, with one warning per operation. Anything else is logged and answered as
 * INTERNAL_SERVER_ERROR without details.
 */
import { type ExecutionResult, GraphQLError, isValueNode } from 'graphql';
import { ErrorCode } from '../errors.js';
import type { Log } from '../log.js';
import { isConnectionFailure } from '../sql/connection-failure.js';

/** Commits in progress may have succeeded, so the message does not claim that nothing was done. */
const AWAY = 'Not available at the moment: the request may or may not have been carried out';

export function presentErrors(result: ExecutionResult, subgraph: string, log: Log): ExecutionResult {
  if (result.errors === undefined) return result;
  const lost = result.errors.find(({ originalError }) => isConnectionFailure(originalError));
  if (lost !== undefined) warnOf(lost, subgraph, log);
  return { ...result, errors: result.errors.map((error) => present(error, subgraph, log)) };
}

export function presentError(error: GraphQLError, subgraph: string, log: Log): GraphQLError {
  if (isConnectionFailure(error.originalError)) warnOf(error, subgraph, log);
  return present(error, subgraph, log);
}

function warnOf({ path, message }: GraphQLError, subgraph: string, log: Log): void {
  log.warn(
    { subgraph, path: path?.join('.'), error: message.trim().split('\n').at(-1) },
    'the database cannot be reached',
  );
}

function present(error: GraphQLError, subgraph: string, log: Log): GraphQLError {
  if (typeof error.extensions.code === 'string') return error;
  // An error that graphql-js itself finds in a request has no original error, or is about a variable and has no path yet.
  const isAboutVariable = error.path === undefined && error.nodes !== undefined;
  if (error.originalError == null || isAboutVariable || isAboutLiteral(error.originalError)) {
    return withCode(error, error.message, ErrorCode.BAD_USER_INPUT);
  }
  if (isConnectionFailure(error.originalError)) return withCode(error, AWAY, ErrorCode.SUBGRAPH_UNAVAILABLE);
  log.error(
    { subgraph, path: error.path?.join('.'), error: error.originalError.stack ?? error.message },
    'resolver failed',
  );
  return withCode(error, 'Internal server error', ErrorCode.INTERNAL_SERVER_ERROR);
}

/** The literal of an argument that its scalar refuses: the gateway's supergraph has the scalar's name and not its rule. */
function isAboutLiteral(error: Error): boolean {
  return error instanceof GraphQLError && error.nodes?.[0] !== undefined && isValueNode(error.nodes[0]);
}

function withCode(
  { nodes, source, positions, path }: GraphQLError,
  message: string,
  code: ErrorCode,
): GraphQLError {
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    extensions: { code },
  });
}
