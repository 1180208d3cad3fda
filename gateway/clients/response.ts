/** Reads responses of subgraphs: results with data or errors; anything else is no response. */
import { type ExecutionResult, GraphQLError } from 'graphql';
import { ErrorCode, requestError } from '../../platform/errors.js';
import { isJsonObject, parseExactJson } from '../../platform/exact-json.js';
import type { Credentials } from './credentials.js';
import type { Answer } from './http-exchange.js';

/**
 * How long the first answer of a stream waits for its completion where it has no data: completed at once it is a refusal,
 * otherwise an event that failed.
 */
export const REFUSAL_MILLISECONDS = 100;

/** The result that the caller gets; undefined for a response that is no GraphQL result. */
export function answerToCaller(
  answer: Pick<Answer, 'status' | 'body'>,
  { owner }: Pick<Credentials, 'owner'>,
): ExecutionResult | undefined {
  const refusal = refusalOf(answer.status);
  if (refusal === undefined) return answerOf(answer);
  return owner === 'gateway' ? undefined : (answerOf(answer) ?? { errors: [refusal] });
}

/** The error of a bare status that refuses the caller's credentials. */
export function refusalOf(status: number | undefined): GraphQLError | undefined {
  if (status === 401) return requestError(ErrorCode.UNAUTHENTICATED, 'Sign in first');
  return status === 403 ? requestError(ErrorCode.FORBIDDEN, 'Not allowed') : undefined;
}

/** Some servers put one before their JSON, which `JSON.parse` refuses. */
export function withoutByteOrderMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** Undefined for a body that is no GraphQL result, whatever its status. */
function answerOf({ body }: Pick<Answer, 'body'>): ExecutionResult | undefined {
  try {
    return resultOf(parseExactJson(withoutByteOrderMark(body)));
  } catch {
    return undefined;
  }
}

/** The result in parsed JSON; undefined where it is none. */
export function resultOf(answer: unknown): ExecutionResult | undefined {
  if (!isJsonObject(answer)) return undefined;
  const { data, errors, extensions } = answer;
  const hasErrors = Array.isArray(errors) && errors.length > 0;
  if (data !== null && !isJsonObject(data) && !hasErrors) return undefined;
  return {
    ...(data === null || isJsonObject(data) ? { data } : {}),
    ...(hasErrors ? { errors: errors.map(errorOf) } : {}),
    ...(isJsonObject(extensions) ? { extensions } : {}),
  };
}

/** The errors that end a stream; older servers send a single one instead of a list. */
export function streamErrorsOf(payload: unknown): GraphQLError[] {
  if (Array.isArray(payload)) return payload.map(errorOf);
  return isJsonObject(payload) ? [errorOf(payload)] : [];
}

/** An error of a subgraph, without its locations, which are those of the subgraph's own query. */
function errorOf(error: unknown): GraphQLError {
  const { message, path, extensions } = isJsonObject(error) ? error : {};
  return new GraphQLError(typeof message === 'string' ? message : 'Error without a message', {
    path: isPath(path) ? path : null,
    extensions: isJsonObject(extensions) ? extensions : {},
  });
}

function isPath(path: unknown): path is (string | number)[] {
  return Array.isArray(path) && path.every((step) => typeof step === 'string' || typeof step === 'number');
}
