/** Reads what a subgraph answers: an object with data or errors, or nothing that can be used. */
import { type ExecutionResult, GraphQLError } from 'graphql';
import { ErrorCode, requestError } from '../../platform/errors.js';
import { parseExactJson } from '../../platform/exact-json.js';
import type { Credentials } from './credentials.js';
import type { Answer } from './http-exchange.js';

type JsonObject = Record<string, unknown>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What an answer is to the caller; undefined for nothing that can be used. */
export function answerToCaller(
  answer: Pick<Answer, 'status' | 'body'>,
  { owner }: Pick<Credentials, 'owner'>,
): ExecutionResult | undefined {
  const refusal = refusalOf(answer.status);
  if (refusal === undefined) return answerOf(answer);
  return owner === 'gateway' ? undefined : (answerOf(answer) ?? { errors: [refusal] });
}

/** What a bare status says to the caller whose credentials it refuses. */
export function refusalOf(status: number | undefined): GraphQLError | undefined {
  if (status === 401) return requestError(ErrorCode.UNAUTHENTICATED, 'Sign in first');
  return status === 403 ? requestError(ErrorCode.FORBIDDEN, 'Not allowed') : undefined;
}

/** Some servers put one before their JSON, which `JSON.parse` does not take. */
export function withoutByteOrderMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** Undefined for what is no GraphQL answer, whatever its status. */
function answerOf({ body }: Pick<Answer, 'body'>): ExecutionResult | undefined {
  try {
    return resultOf(parseExactJson(withoutByteOrderMark(body)));
  } catch {
    return undefined;
  }
}

/** The same for an answer that is parsed already. */
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

/** The errors that end a stream; older servers send one that is in no list. */
export function streamErrorsOf(payload: unknown): GraphQLError[] {
  if (Array.isArray(payload)) return payload.map(errorOf);
  return isObject(payload) ? [errorOf(payload)] : [];
}

/** An error that a subgraph sent; its locations are of the subgraph's query, not of the client's, and are left out. */
function errorOf(error: unknown): GraphQLError {
  const { message, path, extensions } = isObject(error) ? error : {};
  return new GraphQLError(typeof message === 'string' ? message : 'Error without a message', {
    path: isPath(path) ? path : null,
    extensions: isObject(extensions) ? extensions : {},
  });
}

function isPath(path: unknown): path is (string | number)[] {
  return Array.isArray(path) && path.every((step) => typeof step === 'string' || typeof step === 'number');
}
