/** The address of each subgraph of a supergraph, and its client. */
import type { Route } from '../../platform/http/server.js';
import type { SubgraphTokens } from '../../platform/identity/subgraph-token.js';
import type { Log } from '../../platform/log.js';
import type { ExecutableSubgraph } from '../../platform/subgraph/execution.js';
import type { Service } from '../supergraph/supergraph.js';
import type { SubgraphClient } from './client.js';
import { forwardedAuthorization, signedIdentity } from './credentials.js';
import { httpClient, type UpstreamLimits } from './http.js';
import { inProcessClient } from './in-process.js';

/**
 * A subgraph in this process, or elsewhere at an address. Its subscriptions go to `eventStreamUrl` over server-sent events if
 * given, otherwise to `webSocketUrl`, by default `url` with `ws:`.
 */
export type SubgraphTarget =
  | { readonly subgraph: ExecutableSubgraph }
  | {
      readonly url: string;
      readonly webSocketUrl?: string | undefined;
      readonly eventStreamUrl?: string | undefined;
    };

/** A route of a subgraph elsewhere that is served at the gateway's address. */
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
  /** Opens the client of every service; the other options are ignored then. */
  readonly clientOf?: ((service: Service) => SubgraphClient) | undefined;
  /** For each subgraph elsewhere. */
  readonly limits?: Partial<UpstreamLimits> | undefined;
}

/** A client for every service; a service without a target is at the address that the supergraph names. */
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

/** Whether a subgraph receives the caller's own `authorization`, so that its response may depend on it. */
export function forwardsAuthorization(
  services: readonly Service[],
  { targets, tokens }: Pick<ClientOptions, 'targets' | 'tokens'>,
): boolean {
  return (
    tokens === undefined && services.some(({ name, url }) => !('subgraph' in (targets.get(name) ?? { url })))
  );
}
