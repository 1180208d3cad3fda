/**
 * The `authorization` of requests to a subgraph elsewhere: the caller's identity, signed for that subgraph, or, where no
 * identity key is configured, the caller's own `authorization` unchanged.
 */
import type { SubgraphTokens } from '../../platform/identity/subgraph-token.js';
import type { SubgraphCall } from './client.js';

export interface Credentials {
  /** The `authorization` of a call; undefined for none. */
  of(
    call: Pick<SubgraphCall, 'identity' | 'origin' | 'authorization'>,
  ): Promise<string | undefined> | string | undefined;
  /** Whether one socket may carry the subscriptions of different callers: each of them then carries its own. */
  readonly perSubscription: boolean;
  /** Whose they are: a refusal of the caller's is reported to the caller, a refusal of the gateway's own is an outage. */
  readonly owner: 'gateway' | 'caller';
}

export function signedIdentity(tokens: SubgraphTokens, subgraph: string): Credentials {
  return {
    of: async ({ identity, origin }) => `Bearer ${await tokens.sign(identity, subgraph, origin)}`,
    perSubscription: true,
    owner: 'gateway',
  };
}

export const forwardedAuthorization: Credentials = {
  of: ({ authorization }) => authorization,
  perSubscription: false,
  owner: 'caller',
};
