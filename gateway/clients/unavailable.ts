/** The one error for a subgraph that cannot be asked. It names the subgraph, and never its address or what went wrong. */
import type { GraphQLError } from 'graphql';
import { ErrorCode, requestError } from '../../platform/errors.js';

export function unavailable(subgraph: string): GraphQLError {
  return requestError(ErrorCode.SUBGRAPH_UNAVAILABLE, `${subgraph} is unavailable`);
}
