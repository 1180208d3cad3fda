/** The errors of a subgraph that cannot be reached or followed. They name the subgraph, never its address or the cause. */
import { GraphQLError } from 'graphql';
import { ErrorCode, requestError } from '../../platform/errors.js';

export function unavailable(subgraph: string): GraphQLError {
  return requestError(ErrorCode.SUBGRAPH_UNAVAILABLE, `${subgraph} is unavailable`);
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
