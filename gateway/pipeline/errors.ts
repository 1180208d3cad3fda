/**
 * What clients see of errors: each has a code, the contract's or a subgraph's own; they are few; and nothing in them describes
 * the servers behind. A failure without a code is shown in development; in production it is an internal error and no more. Messages
 * are in the client's language: those of Kedai's subgraphs already, and the gateway's own here.
 */
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ErrorCode } from '../../platform/errors.js';
import type { Language } from '../../platform/language/language.js';
import { translated } from '../../platform/language/translate.js';

export const DEFAULT_MAXIMUM_ERRORS = 5;

/** Codes of other servers for what has one of the contract's. */
const SYNONYMS: Readonly<Record<string, ErrorCode>> = {
  GRAPHQL_PARSE_FAILED: ErrorCode.BAD_USER_INPUT,
  GRAPHQL_VALIDATION_FAILED: ErrorCode.BAD_USER_INPUT,
  OPERATION_RESOLUTION_FAILURE: ErrorCode.BAD_USER_INPUT,
  INVALID_GRAPHQL: ErrorCode.BAD_USER_INPUT,
  BAD_REQUEST: ErrorCode.BAD_USER_INPUT,
  DOWNSTREAM_SERVICE_ERROR: ErrorCode.INTERNAL_SERVER_ERROR,
};

/** Extensions in which servers describe themselves, in lower case and without underscores. */
const INTERNAL_EXTENSION_KEYS = new Set([
  'backtrace',
  'cause',
  'debug',
  'debuginfo',
  'debugmessage',
  'exception',
  'file',
  'http',
  'line',
  'originalerror',
  'response',
  'servicename',
  'stack',
  'stacktrace',
  'trace',
]);

export interface ErrorPolicy {
  /** Whether clients see the message of unexpected failures. */
  readonly showFailures: boolean;
  /** Errors in one answer. Default 5. */
  readonly maximum?: number | undefined;
}

export function presentable(
  error: GraphQLFormattedError,
  { showFailures }: ErrorPolicy,
  language?: Language,
): GraphQLFormattedError {
  const { path, locations, extensions: given = {} } = error;
  const own = typeof given.code === 'string' ? given.code : ErrorCode.INTERNAL_SERVER_ERROR;
  const code = SYNONYMS[own] ?? own;
  const isKeptBack = code === ErrorCode.INTERNAL_SERVER_ERROR && !showFailures;
  return {
    message: translated(isKeptBack ? 'Internal server error' : withoutSuggestions(error.message), language),
    ...(locations && { locations }),
    ...(path && { path }),
    extensions: isKeptBack ? { code } : { ...withoutInternalExtensions(given), code },
  };
}

function withoutInternalExtensions(extensions: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const visible = Object.entries(extensions).filter(
    ([name]) => !INTERNAL_EXTENSION_KEYS.has(name.replaceAll('_', '').toLowerCase()),
  );
  return Object.fromEntries(visible);
}

/**
 * The same for an executor, which deals in GraphQLErrors.
 * @param language that the client prefers. Default: English.
 */
export function presentErrors(
  errors: readonly GraphQLError[],
  policy: ErrorPolicy,
  language?: Language,
): readonly GraphQLError[] {
  return errors.slice(0, policy.maximum ?? DEFAULT_MAXIMUM_ERRORS).map((error) => {
    const { message, path, extensions } = presentable(error.toJSON(), policy, language);
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
  const start = message.indexOf('Did you mean ');
  if (start === -1 || !message.endsWith('?')) return message;
  return message.slice(0, message[start - 1] === ' ' ? start - 1 : start);
}
