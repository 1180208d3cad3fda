/**
 * What of a failure leaves a subgraph: an error raised on purpose carries a code and goes out as it is; anything else is
 * logged whole and goes out as INTERNAL_SERVER_ERROR without a word of what happened.
 */
import { type ExecutionResult, GraphQLError } from 'graphql';
import { ErrorCode } from '../errors.js';
import type { Log } from '../log.js';

export function presentErrors(result: ExecutionResult, subgraph: string, log: Log): ExecutionResult {
  if (result.errors === undefined) return result;
  return { ...result, errors: result.errors.map((error) => presentError(error, subgraph, log)) };
}

export function presentError(error: GraphQLError, subgraph: string, log: Log): GraphQLError {
  if (typeof error.extensions.code === 'string') return error;
  // What graphql-js itself finds wrong with a request has no error behind it, or is about a variable and no field yet.
  const isAboutVariable = error.path === undefined && error.nodes !== undefined;
  if (error.originalError === undefined || error.originalError === null || isAboutVariable) {
    return withCode(error, error.message, ErrorCode.BAD_USER_INPUT);
  }
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
