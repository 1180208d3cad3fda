/** How an attempt ended, read from the answer to its operation. */
import { ErrorCode } from '../../platform/errors.js';
import type { Attempt } from './find-attempts.js';

/** `unjudged`: the subgraph could not say, so that nothing was learnt by trying. */
export type Outcome = 'succeeded' | 'failed' | 'unjudged';

const FAILURES_OF_OURS: readonly unknown[] = [
  ErrorCode.SUBGRAPH_UNAVAILABLE,
  ErrorCode.INTERNAL_SERVER_ERROR,
];

export interface Answer {
  readonly data?: unknown;
  readonly errors?: unknown;
}

export function outcomeOf({ data, errors }: Answer, { responseName, succeeded }: Attempt): Outcome {
  const payload = memberOf(data, responseName);
  if (payload == null) {
    const isOurs = Array.isArray(errors) && errors.some((error) => isFailureAt(error, responseName));
    return isOurs ? 'unjudged' : 'failed';
  }
  const result = succeeded === undefined ? undefined : memberOf(payload, succeeded);
  return result == null ? 'failed' : 'succeeded';
}

/** A subgraph that does not answer at all fails without a path. */
function isFailureAt(error: unknown, responseName: string): boolean {
  const path = memberOf(error, 'path');
  const isHere = path == null || (Array.isArray(path) && path[0] === responseName);
  return isHere && FAILURES_OF_OURS.includes(memberOf(memberOf(error, 'extensions'), 'code'));
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([own]) => own === name)?.[1];
}
