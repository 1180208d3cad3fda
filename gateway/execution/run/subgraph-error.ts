/**
 * A subgraph's error as the client sees it: the message, its own extensions with a code and the service's name, and a
 * path of the client's answer. Internals (stack traces, the HTTP exchange with its
 * address) stays out.
 */
import { GraphQLError } from 'graphql';
import { ErrorCode } from '../../../platform/errors.js';
import { exactJsonText } from '../../../platform/exact-json.js';
import type { ResponsePath } from '../types.js';

/** Apollo's code for an error of a subgraph that gave it none. */
const NO_CODE = 'DOWNSTREAM_SERVICE_ERROR';
const INTERNAL_EXTENSIONS = ['stacktrace', 'exception', 'response'] as const;

/** An error as a subgraph gave it; nothing of it can be relied on. */
export interface ReportedError {
  readonly message?: unknown;
  readonly path?: unknown;
  readonly extensions?: unknown;
}

export function clientError(
  reported: ReportedError,
  serviceName: string,
  path: ResponsePath | undefined,
): GraphQLError {
  const { message, extensions: given } = reported;
  const extensions: Record<string, unknown> = { ...(isWritable(given) ? given : {}), serviceName };
  for (const name of INTERNAL_EXTENSIONS) delete extensions[name];
  if (!extensions.code) extensions.code = NO_CODE;
  return new GraphQLError(
    typeof message === 'string' && message !== ''
      ? message
      : `Error while fetching subquery from service "${serviceName}"`,
    {
      ...(path ? { path } : {}),
      ...(reported instanceof Error ? { originalError: reported } : {}),
      extensions,
    },
  );
}

/** Whether extensions can be part of an answer: what is cyclic or nests too deeply has no text. */
function isWritable(extensions: unknown): extensions is object {
  if (typeof extensions !== 'object' || extensions === null) return false;
  try {
    return exactJsonText(extensions) !== undefined;
  } catch {
    return false;
  }
}

/** For an answer of another shape than its request. */
export function malformedAnswer(serviceName: string, problem: string): GraphQLError {
  return new GraphQLError(problem, { extensions: { code: NO_CODE, serviceName } });
}

/** For a client that failed without an answer. */
export function unavailable(serviceName: string, cause: unknown): GraphQLError {
  return new GraphQLError(`Subgraph "${serviceName}" is unavailable`, {
    ...(cause instanceof Error ? { originalError: cause } : {}),
    extensions: { code: ErrorCode.SUBGRAPH_UNAVAILABLE, serviceName },
  });
}

/** Whether an error is about a whole request that was not answered, rather than about something in an answer. */
export function isUnanswered(reported: ReportedError): boolean {
  const { extensions } = reported;
  return (
    reportedPath(reported) === undefined &&
    typeof extensions === 'object' &&
    extensions !== null &&
    'code' in extensions &&
    extensions.code === ErrorCode.SUBGRAPH_UNAVAILABLE
  );
}

/** The path of a reported error, or undefined where it has none that could be one. */
export function reportedPath({ path }: ReportedError): ResponsePath | undefined {
  return Array.isArray(path) &&
    path.every((part) => typeof part === 'string' || (typeof part === 'number' && part >= 0))
    ? path
    : undefined;
}
