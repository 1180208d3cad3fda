/**
 * The last step of every error on its way out: one of the contract's codes, no more than five, nothing of the machinery
 * behind. What a subgraph failed at without saying a code is told in development and kept back in production.
 */
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ErrorCode } from '../../platform/errors.js';

export const MAXIMUM_ERRORS = 5;

/** What other makers call the same. */
const SYNONYMS: Readonly<Record<string, ErrorCode>> = {
  GRAPHQL_PARSE_FAILED: ErrorCode.BAD_USER_INPUT,
  GRAPHQL_VALIDATION_FAILED: ErrorCode.BAD_USER_INPUT,
  OPERATION_RESOLUTION_FAILURE: ErrorCode.BAD_USER_INPUT,
  INVALID_GRAPHQL: ErrorCode.BAD_USER_INPUT,
  BAD_REQUEST: ErrorCode.BAD_USER_INPUT,
  DOWNSTREAM_SERVICE_ERROR: ErrorCode.INTERNAL_SERVER_ERROR,
};

const MACHINERY = ['stacktrace', 'exception', 'http', 'serviceName', 'response'] as const;

export interface ErrorPolicy {
  /** Whether the text of unexpected failures is told. */
  readonly showFailures: boolean;
}

export function presentable(
  error: GraphQLFormattedError,
  { showFailures }: ErrorPolicy,
): GraphQLFormattedError {
  const extensions: Record<string, unknown> = { ...error.extensions };
  for (const name of MACHINERY) delete extensions[name];
  const given = typeof extensions.code === 'string' ? extensions.code : ErrorCode.INTERNAL_SERVER_ERROR;
  extensions.code = SYNONYMS[given] ?? given;
  const isFailure = extensions.code === ErrorCode.INTERNAL_SERVER_ERROR;
  const message = isFailure && !showFailures ? 'Internal server error' : withoutSuggestions(error.message);
  const { path, locations } = error;
  return { message, ...(locations && { locations }), ...(path && { path }), extensions };
}

/** The same for an executor, which deals in GraphQLErrors. */
export function presentErrors(errors: readonly GraphQLError[], policy: ErrorPolicy): readonly GraphQLError[] {
  return errors.slice(0, MAXIMUM_ERRORS).map((error) => {
    const { message, path, extensions } = presentable(error.toJSON(), policy);
    return new GraphQLError(message, {
      nodes: error.nodes ?? null,
      source: error.source ?? null,
      positions: error.positions ?? null,
      path: path ?? null,
      extensions: extensions ?? {},
    });
  });
}

/** graphql-js offers names of the schema, which must stay unknown where introspection is off. */
function withoutSuggestions(message: string): string {
  return message.replace(/ ?Did you mean .+\?$/s, '');
}
