/** The errors of a subgraph that is unavailable. They name the subgraph, never its address or the cause. */
import { GraphQLError } from 'graphql';
import { ErrorCode, requestError } from '../../platform/errors.js';

export function unavailable(subgraph: string): GraphQLError {
  return requestError(ErrorCode.SUBGRAPH_UNAVAILABLE, `${subgraph} is unavailable`);
}

/**
 * Thrown by a stream that broke for a transient reason: the connection was lost, the subgraph restarts, or its database is
 * unavailable. The stream can be opened again; any other error is final.
 */
export class StreamInterrupted extends Error {
  /** What to report when the stream is not opened again. */
  readonly error: GraphQLError;
  /** Whether this stream may have caused it, and must not share a connection when it is opened again. */
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

  /** Found among a subgraph's errors when its database is unavailable; undefined for other errors. */
  static among(errors: readonly GraphQLError[]): StreamInterrupted | undefined {
    const error = errors.find(({ extensions }) => extensions.code === ErrorCode.SUBGRAPH_UNAVAILABLE);
    return error && new StreamInterrupted(error, { reason: error.message });
  }
}

/**
 * Ends a stream whose events arrived faster than they could be completed. It is never opened again, since that would lose events
 * silently: the client has to subscribe again.
 */
export class StreamOverrun extends GraphQLError {
  constructor(subgraph: string) {
    super(`${subgraph} emitted events faster than they could be completed`, {
      extensions: { code: ErrorCode.SUBGRAPH_UNAVAILABLE },
    });
    this.name = 'StreamOverrun';
  }
}
