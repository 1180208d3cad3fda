/** What a gateway is started with. `configuration.ts` makes it from the environment. */
import type { SupergraphManager } from '@apollo/gateway';
import type { Route } from '../platform/http/server.js';
import type { TokenVerifierOptions } from '../platform/identity/access-token.js';
import type { SubgraphTokens } from '../platform/identity/subgraph-token.js';
import type { Log } from '../platform/log.js';
import type { HeaderRuleSettings } from './clients/header-rules.js';
import type { UpstreamLimits } from './clients/http.js';
import type { ForwardedRoute, SubgraphTarget } from './clients/targets.js';
import type { AttemptBounds, AttemptLimit } from './pipeline/attempts.js';
import { DEFAULT_DOCUMENT_LIMITS, type DocumentLimits } from './pipeline/document-limits.js';
import { DEFAULT_MAXIMUM_ERRORS } from './pipeline/errors.js';
import { DEFAULT_REQUEST_LIMITS, type DecidePolicies, type RequestLimits } from './pipeline/planner.js';
import type { RateLimitOptions } from './pipeline/rate-limits.js';
import type { TrustedDocuments } from './pipeline/trusted-documents.js';
import { DEFAULT_SOCKET_LIMITS, type SocketLimits } from './subscriptions/socket-limits.js';
import type { DecideOverride } from './supergraph/overrides.js';

/** Every bound on what one client sends and receives. */
export interface GatewayLimits extends DocumentLimits, RequestLimits, SocketLimits {
  /** Bytes of an HTTP request's body, decompressed. Default 256 KiB. */
  readonly bodyBytes: number;
  /** Errors in one answer. Default 5. */
  readonly errors: number;
}

export const DEFAULT_LIMITS: GatewayLimits = {
  ...DEFAULT_DOCUMENT_LIMITS,
  ...DEFAULT_REQUEST_LIMITS,
  ...DEFAULT_SOCKET_LIMITS,
  bodyBytes: 256 * 2 ** 10,
  errors: DEFAULT_MAXIMUM_ERRORS,
};

export interface GatewayOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** The composed supergraph SDL; read again when the file changes. */
  readonly supergraphFile: string;
  /** Publishes the supergraph in place of the file. */
  readonly supergraphManager?: SupergraphManager | undefined;
  /** By subgraph name; one that is missing is asked at the address that the supergraph names. */
  readonly subgraphs: ReadonlyMap<string, SubgraphTarget>;
  /** How access tokens are verified. Undefined: every caller is anonymous, and `authorization` goes upstream. */
  readonly signIn?: TokenVerifierOptions | undefined;
  /** Signs callers' identities for subgraphs elsewhere. Undefined: the caller's own `authorization` goes upstream. */
  readonly subgraphTokens?: SubgraphTokens | undefined;
  /** Decides `@policy`. Undefined: no policy is ever granted. */
  readonly policies?: DecidePolicies | undefined;
  /**
   * Mutations that establish a session, such as `signIn`: a request that selects nothing else is run as anonymous where its
   * access token is invalid or has expired. Default: none, so that an invalid token is always refused.
   */
  readonly sessionMutations?: readonly string[] | undefined;
  /**
   * Subscription fields, such as `Subscription.priceChanged`, and types whose fields answer alike to all who hold the same
   * roles: streams that select and return nothing else are shared among them. Default: none.
   */
  readonly sharedByRole?: readonly string[] | undefined;
  /**
   * Subscription fields that send all there is first, and then changes that each make the last of its kind void: who
   * reads them too slowly skips what is old and starts anew, and is not let go. Default: none.
   */
  readonly conflatedSubscriptions?: readonly string[] | undefined;
  /**
   * Decides whether a label of a progressive override (`@override(label:)`) holds for a request. Undefined, or where it
   * answers so: `percent(n)` holds for n of a hundred requests, any other label for none.
   */
  readonly overrideLabel?: DecideOverride | undefined;
  /** Whether clients may ask for the schema, and explorers are offered. */
  readonly introspection: boolean;
  /** Origins whose pages may call this gateway; `*` for all. Default: those of the same origin only. */
  readonly corsOrigins?: readonly string[];
  /** Bounds on what clients send; those left out have their defaults. */
  readonly limits?: Partial<GatewayLimits> | undefined;
  /** Which headers travel between clients and subgraphs elsewhere. Undefined: none. */
  readonly headerRules?: HeaderRuleSettings | undefined;
  /** Nothing but these operations is run. Undefined: any. */
  readonly trustedDocuments?: TrustedDocuments | undefined;
  /**
   * Calls whenever data that answers are kept of has changed elsewhere, until the answer to this is called. Undefined: only
   * mutations that run here, and time, make kept answers void.
   */
  readonly followChanges?: ((changed: () => void) => () => Promise<void>) | undefined;
  /** How often clients may ask. Undefined: as often as they like. */
  readonly rateLimits?: RateLimitOptions | undefined;
  /** Mutations at which guessing is held back; counted where rate limits are. Default: none. */
  readonly attemptLimits?: readonly AttemptLimit[] | undefined;
  /** How many attempts those mutations allow; those left out have their defaults. */
  readonly attemptBounds?: Partial<AttemptBounds> | undefined;
  /** Bounds on requests to each subgraph elsewhere; those left out have their defaults. */
  readonly upstreamLimits?: Partial<UpstreamLimits> | undefined;
  /** How many reverse proxies of one's own stand in front; they tell where a request comes from. Default 0. */
  readonly trustedProxies?: number | undefined;
  /** Other HTTP that has this address: callbacks of payment providers, public keys. */
  readonly routes?: readonly Route[];
  /** The same, of subgraphs elsewhere. */
  readonly forwarded?: readonly ForwardedRoute[];
  /** Rejects with the reason while what runs beside the gateway in its process cannot serve. */
  readonly ready?: () => Promise<void>;
  /** Whether what unexpectedly failed is kept back from clients. */
  readonly production: boolean;
  readonly log: Log;
}
