/** The errors of a subgraph that cannot be reached or followed. They name the subgraph, never its address or the cause. */
import { GraphQLError } from 'graphql';
import { ErrorCode, requestError } from '../../platform/errors.js';

export function unavailable(subgraph: string): GraphQLError {
  return requestError(ErrorCode.SUBGRAPH_UNAVAILABLE, `${subgraph} is unavailable`);
}

/**
 * A stream that broke for a reason that may pass: the connection was lost, the subgraph restarts, or it cannot reach what
 * it needs. It is worth opening again; anything else that a stream throws is its end.
 */
export class StreamInterrupted extends Error {
  /** What to report where opening it again is of no avail. */
  readonly error: GraphQLError;
  /** Whether it may have been the cause itself, and so must share no connection when it is opened again. */
  readonly mustIsolate: boolean;

  constructor(
    error: GraphQLError,
    { reason, mustIsolate = false }: { reason: string; mustIsolate?: boolean },
  ) {
    super(reason);
    this.name = 'StreamInterrupted';
    this.error = error;
    this.mustIsolate = mustIsolate;
  }

  /** What a subgraph says of itself when its database is away; undefined where it says anything else. */
  static among(errors: readonly GraphQLError[]): StreamInterrupted | undefined {
    const error = errors.find(({ extensions }) => extensions.code === ErrorCode.SUBGRAPH_UNAVAILABLE);
    return error && new StreamInterrupted(error, { reason: error.message });
  }
}

/**
 * The end of a stream whose events came faster than they could be completed. Opening it again would lose those in
 * between without a word, so it is never retried: the client decides what it has missed.
 */
export class StreamOverrun extends GraphQLError {
  constructor(subgraph: string) {
    super(`${subgraph} emitted events faster than they could be completed`, {
      extensions: { code: ErrorCode.SUBGRAPH_UNAVAILABLE },
    });
    this.name = 'StreamOverrun';
  }
}
