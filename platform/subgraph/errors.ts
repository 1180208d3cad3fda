/**
 * Which part of a failure leaves a subgraph. An error raised on purpose carries a code and is passed on. A database that is
 * unavailable is SUBGRAPH_UNAVAILABLE, with one warning per operation. Anything else is logged and answered as
 * INTERNAL_SERVER_ERROR without details. Messages are in the language of the call; what is logged names its trace.
 */
import { type ExecutionResult, GraphQLError, type GraphQLErrorExtensions, isValueNode } from 'graphql';
import { ErrorCode } from '../errors.js';
import type { Language } from '../language/language.js';
import { translatedByCode } from '../language/translate.js';
import type { Log } from '../log.js';
import { isConnectionFailure } from '../sql/connection-failure.js';
import type { OperationCall } from './subgraph.js';

/** Commits in progress may have succeeded, so the message does not claim that nothing was done. */
const AWAY = 'Not available at the moment: the request may or may not have been carried out';

/** Whose errors they are, for the log and the language of their messages. */
export interface Presentation {
  readonly subgraph: string;
  readonly log: Log;
  readonly call: Pick<OperationCall, 'cause' | 'language'>;
}

export function presentErrors(result: ExecutionResult, presentation: Presentation): ExecutionResult {
  if (result.errors === undefined) return result;
  const lost = result.errors.find(({ originalError }) => isConnectionFailure(originalError));
  if (lost !== undefined) warnOf(lost, presentation);
  return { ...result, errors: result.errors.map((error) => present(error, presentation)) };
}

export function presentError(error: GraphQLError, presentation: Presentation): GraphQLError {
  if (isConnectionFailure(error.originalError)) warnOf(error, presentation);
  return present(error, presentation);
}

function present(error: GraphQLError, presentation: Presentation): GraphQLError {
  return inLanguage(coded(error, presentation), presentation.call.language);
}

function inLanguage(error: GraphQLError, language: Language | undefined): GraphQLError {
  if (language === undefined) return error;
  const message = translatedByCode(error.message, error.extensions.code, language);
  return message === error.message ? error : withMessage(error, message, error.extensions);
}

function warnOf({ path, message }: GraphQLError, { subgraph, log, call }: Presentation): void {
  const about = { subgraph, path: path?.join('.'), error: message.trim().split('\n').at(-1) };
  log.warn({ ...about, trace_id: call.cause.correlationId }, 'the database cannot be reached');
}

function coded(error: GraphQLError, { subgraph, log, call }: Presentation): GraphQLError {
  if (typeof error.extensions.code === 'string') return error;
  // An error that graphql-js itself finds in a request has no original error, or is about a variable and has no path yet.
  const isAboutVariable = error.path === undefined && error.nodes !== undefined;
  if (error.originalError == null || isAboutVariable || isAboutLiteral(error.originalError)) {
    return withMessage(error, error.message, { code: ErrorCode.BAD_USER_INPUT });
  }
  if (isConnectionFailure(error.originalError))
    return withMessage(error, AWAY, { code: ErrorCode.SUBGRAPH_UNAVAILABLE });
  const about = {
    ...{ subgraph, path: error.path?.join('.'), trace_id: call.cause.correlationId },
    error: error.originalError.stack ?? error.message,
  };
  log.error(about, 'resolver failed');
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
