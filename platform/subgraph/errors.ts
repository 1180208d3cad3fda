/**
 * Which part of a failure leaves a subgraph. An error raised on purpose carries a code and is passed on. A database that is
 * unavailable is SUBGRAPH_UNAVAILABLE, with one warning per operation. Anything else is logged and answered as
 * INTERNAL_SERVER_ERROR without details. Messages are in the language of the call.
 */
import { type ExecutionResult, GraphQLError, type GraphQLErrorExtensions, isValueNode } from 'graphql';
import { ErrorCode } from '../errors.js';
import type { Language } from '../language/language.js';
import { translatedByCode } from '../language/translate.js';
import type { Log } from '../log.js';
import { isConnectionFailure } from '../sql/connection-failure.js';

/** Commits in progress may have succeeded, so the message does not claim that nothing was done. */
const AWAY = 'Not available at the moment: the request may or may not have been carried out';

/** @param language that the caller prefers. Default: English. */
export function presentErrors(
  result: ExecutionResult,
  subgraph: string,
  log: Log,
  language?: Language,
): ExecutionResult {
  if (result.errors === undefined) return result;
  const lost = result.errors.find(({ originalError }) => isConnectionFailure(originalError));
  if (lost !== undefined) warnOf(lost, subgraph, log);
  return {
    ...result,
    errors: result.errors.map((error) => inLanguage(present(error, subgraph, log), language)),
  };
}

/** @param language that the caller prefers. Default: English. */
export function presentError(
  error: GraphQLError,
  subgraph: string,
  log: Log,
  language?: Language,
): GraphQLError {
  if (isConnectionFailure(error.originalError)) warnOf(error, subgraph, log);
  return inLanguage(present(error, subgraph, log), language);
}

function inLanguage(error: GraphQLError, language: Language | undefined): GraphQLError {
  if (language === undefined) return error;
  const message = translatedByCode(error.message, error.extensions.code, language);
  return message === error.message ? error : withMessage(error, message, error.extensions);
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
    return withMessage(error, error.message, { code: ErrorCode.BAD_USER_INPUT });
  }
  if (isConnectionFailure(error.originalError))
    return withMessage(error, AWAY, { code: ErrorCode.SUBGRAPH_UNAVAILABLE });
  log.error(
    { subgraph, path: error.path?.join('.'), error: error.originalError.stack ?? error.message },
    'resolver failed',
  );
  return withMessage(error, 'Internal server error', { code: ErrorCode.INTERNAL_SERVER_ERROR });
}

/** The literal of an argument that its scalar refuses: the gateway's supergraph has the scalar's name and not its rule. */
function isAboutLiteral(error: Error): boolean {
  return error instanceof GraphQLError && error.nodes?.[0] !== undefined && isValueNode(error.nodes[0]);
}

function withMessage(
  { nodes, source, positions, path }: GraphQLError,
  message: string,
  extensions: GraphQLErrorExtensions,
): GraphQLError {
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    extensions,
  });
}
