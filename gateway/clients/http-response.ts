/** Reads a GraphQL-over-HTTP answer: an object with data or errors, or nothing that can be used. */
import { type ExecutionResult, GraphQLError } from 'graphql';
import { ErrorCode, requestError } from '../../platform/errors.js';
import { parseExactJson } from '../../platform/exact-json.js';
import type { Credentials } from './credentials.js';
import type { Answer } from './http-exchange.js';

type JsonObject = Record<string, unknown>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What an answer says to the caller; undefined for nothing. */
export function answerToCaller(
  answer: Answer,
  { owner }: Pick<Credentials, 'owner'>,
): ExecutionResult | undefined {
  const { status } = answer;
  if (status !== 401 && status !== 403) return answerOf(answer);
  return owner === 'gateway' ? undefined : (answerOf(answer) ?? { errors: [turnedAway(status)] });
}

function turnedAway(status: 401 | 403): GraphQLError {
  return status === 401
    ? requestError(ErrorCode.UNAUTHENTICATED, 'Sign in first')
    : requestError(ErrorCode.FORBIDDEN, 'Not allowed');
}

/** Undefined for what is no GraphQL answer, whatever its status. */
export function answerOf({ body }: Pick<Answer, 'body'>): ExecutionResult | undefined {
  try {
    return resultOf(parseExactJson(body));
  } catch {
    return undefined;
  }
}

/** The same for what came parsed already, over a socket. */
export function resultOf(answer: unknown): ExecutionResult | undefined {
  if (!isObject(answer)) return undefined;
  const { data, errors, extensions } = answer;
  const hasErrors = Array.isArray(errors) && errors.length > 0;
  if (data !== null && !isObject(data) && !hasErrors) return undefined;
  return {
    ...(data === null || isObject(data) ? { data } : {}),
    ...(hasErrors ? { errors: errors.map(errorOf) } : {}),
    ...(isObject(extensions) ? { extensions } : {}),
  };
}

/** An error that a subgraph sent; its locations speak of the subgraph's query, not of the client's, and are left behind. */
export function errorOf(error: unknown): GraphQLError {
  const { message, path, extensions } = isObject(error) ? error : {};
  return new GraphQLError(typeof message === 'string' ? message : 'Error without a message', {
    path: isPath(path) ? path : null,
    extensions: isObject(extensions) ? extensions : {},
  });
}

function isPath(path: unknown): path is (string | number)[] {
  return Array.isArray(path) && path.every((step) => typeof step === 'string' || typeof step === 'number');
}
