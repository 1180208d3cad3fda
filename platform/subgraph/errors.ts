/**
 * What of a failure leaves a subgraph: an error raised on purpose carries a code and goes out as it is. A database that is
 * away or was lost is SUBGRAPH_UNAVAILABLE, and one warning an operation. Anything else is logged whole and goes out as
 * INTERNAL_SERVER_ERROR without a word of what happened.
 */
import { type ExecutionResult, GraphQLError } from 'graphql';
import { ErrorCode } from '../errors.js';
import type { Log } from '../log.js';
import { isConnectionFailure } from '../sql/connection-failure.js';

/** Commits under way may have succeeded, so the answer does not say that nothing was done. */
const AWAY = 'Not available at the moment: what was asked for may have been done or not';

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
  // What graphql-js itself finds wrong with a request has no error behind it, or is about a variable and no field yet.
  const isAboutVariable = error.path === undefined && error.nodes !== undefined;
  if (error.originalError === undefined || error.originalError === null || isAboutVariable) {
    return withCode(error, error.message, ErrorCode.BAD_USER_INPUT);
  }
  if (isConnectionFailure(error.originalError)) return withCode(error, AWAY, ErrorCode.SUBGRAPH_UNAVAILABLE);
  log.error(
    { subgraph, path: error.path?.join('.'), error: error.originalError.stack ?? error.message },
    'resolver failed',
  );
  return withCode(error, 'Internal server error', ErrorCode.INTERNAL_SERVER_ERROR);
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
