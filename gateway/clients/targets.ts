/** Where each subgraph of a supergraph is, and the client for it. */

import type { Route } from '../../platform/http/server.js';
import type { SubgraphTokens } from '../../platform/identity/subgraph-token.js';
import type { Log } from '../../platform/log.js';
import type { ExecutableSubgraph } from '../../platform/subgraph/execution.js';
import type { SubgraphClient } from './client.js';
import { forwardedAuthorization, signedIdentity } from './credentials.js';
import { httpClient, type UpstreamLimits } from './http.js';
import { inProcessClient } from './in-process.js';

/**
 * A subgraph in this process, or at an address of its own. Its subscriptions go to `eventStreamUrl` over server-sent
 * events, or else over WebSocket to `webSocketUrl`, which is `url` with `ws:` unless given.
 */
export type SubgraphTarget =
  | { readonly subgraph: ExecutableSubgraph }
  | {
      readonly url: string;
      readonly webSocketUrl?: string | undefined;
      readonly eventStreamUrl?: string | undefined;
    };

/** A subgraph of the supergraph, at the address that it names. */
export interface Service {
  readonly name: string;
  readonly url: string;
}

/** HTTP of a subgraph elsewhere that has the gateway's address. */
export interface ForwardedRoute extends Pick<Route, 'method' | 'path'> {
  /** The subgraph's name. */
  readonly subgraph: string;
}

export interface ClientOptions {
  /** By subgraph name. */
  readonly targets: ReadonlyMap<string, SubgraphTarget>;
  /** Undefined: the caller's own `authorization` goes upstream. */
  readonly tokens: SubgraphTokens | undefined;
  readonly log: Log;
  /** Opens the client of every service instead. */
  readonly clientOf?: ((service: Service) => SubgraphClient) | undefined;
  /** Of every subgraph elsewhere. */
  readonly limits?: Partial<UpstreamLimits> | undefined;
}

/** A client for every service; one without a target has the address that the supergraph names. */
export function openClients(
  services: readonly Service[],
  { targets, tokens, log, limits, clientOf }: ClientOptions,
): Map<string, SubgraphClient> {
  return new Map(
    services.map((service) => {
      const { name, url } = service;
      if (clientOf !== undefined) return [name, clientOf(service)];
      const target = targets.get(name) ?? { url };
      if ('subgraph' in target) return [name, inProcessClient(target.subgraph, log)];
      const credentials = tokens ? signedIdentity(tokens, name) : forwardedAuthorization;
      return [name, httpClient({ name, ...target, ...limits, credentials, log })];
    }),
  );
}

/** The address of a subgraph elsewhere. @throws for one in this process or in no supergraph. */
export function addressOf(
  name: string,
  services: readonly Service[],
  targets: ClientOptions['targets'],
): string {
  const target = targets.get(name) ?? services.find((service) => service.name === name);
  if (target === undefined || 'subgraph' in target) throw new Error(`${name} has no address`);
  return target.url;
}

/** Whether any of them is sent the caller's own `authorization`, and so may answer it as it answers no other. */
export function forwardsAuthorization(
  services: readonly Service[],
  { targets, tokens }: Pick<ClientOptions, 'targets' | 'tokens'>,
): boolean {
  return (
    tokens === undefined && services.some(({ name, url }) => !('subgraph' in (targets.get(name) ?? { url })))
  );
}
