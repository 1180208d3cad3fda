/** Apollo's own sources of a supergraph, for a gateway alone: introspection of its subgraphs, or Uplink. */
import {
  IntrospectAndCompose,
  RemoteGraphQLDataSource,
  type SupergraphManager,
  UplinkSupergraphManager,
} from '@apollo/gateway';

/** Composes what the subgraphs answer to introspection, and composes again when one of them answers otherwise. */
export function introspection(
  subgraphs: readonly { readonly name: string; readonly url: string }[],
  pollSeconds: number,
): SupergraphManager {
  const manager = new IntrospectAndCompose({
    subgraphs: subgraphs.map(({ name, url }) => ({ name, url })),
    pollIntervalInMs: pollSeconds * 1_000,
  });
  return {
    initialize: (options) =>
      manager.initialize({
        ...options,
        getDataSource: ({ url }) => new RemoteGraphQLDataSource(url === undefined ? {} : { url }),
      }),
  };
}

export function uplink(apiKey: string, graphRef: string): SupergraphManager {
  return new UplinkSupergraphManager({ apiKey, graphRef });
}
