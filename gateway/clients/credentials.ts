/**
 * The `authorization` of requests to a subgraph elsewhere: the caller's identity signed for that subgraph, or the caller's own
 * `authorization` where no identity key is configured.
 */
import type { SubgraphTokens } from '../../platform/identity/subgraph-token.js';
import type { SubgraphCall } from './client.js';

export interface Credentials {
  /** The `authorization` of a call; undefined for none. */
  of(
    call: Pick<SubgraphCall, 'identity' | 'origin' | 'language' | 'authorization'>,
  ): Promise<string | undefined> | string | undefined;
  /** Whether each subscription carries its own, so that different callers may share a socket. */
  readonly perSubscription: boolean;
  /** A refusal of the caller's credentials is reported to the caller; one of the gateway's own is an outage. */
  readonly owner: 'gateway' | 'caller';
}

export function signedIdentity(tokens: SubgraphTokens, subgraph: string): Credentials {
  return {
    of: async ({ identity, origin, language }) =>
      `Bearer ${await tokens.sign(identity, subgraph, { origin, language })}`,
    perSubscription: true,
    owner: 'gateway',
  };
}

export const forwardedAuthorization: Credentials = {
  of: ({ authorization }) => authorization,
  perSubscription: false,
  owner: 'caller',
};
