/** The options of a gateway. `configuration.ts` reads them from the environment. */
import type { SupergraphManager } from '@apollo/gateway';
import type { Bus } from '../platform/bus/bus.js';
import type { Route } from '../platform/http/server.js';
import type { TokenVerifierOptions } from '../platform/identity/access-token.js';
import type { SubgraphTokens } from '../platform/identity/subgraph-token.js';
import type { Log } from '../platform/log.js';
import type { HeaderRuleSettings } from './clients/header-rules.js';
import type { UpstreamLimits } from './clients/http.js';
import type { ForwardedRoute, SubgraphTarget } from './clients/targets.js';
import type { Story } from './explorer/story.js';
import { DEFAULT_DOCUMENT_LIMITS, type DocumentLimits } from './pipeline/document-limits.js';
import { DEFAULT_MAXIMUM_ERRORS } from './pipeline/errors.js';
import type { AttemptBounds, AttemptLimit } from './pipeline/guess-limits.js';
import { DEFAULT_REQUEST_LIMITS, type DecidePolicies, type RequestLimits } from './pipeline/planner.js';
import type { RateLimitOptions } from './pipeline/rate-limits.js';
import type { RevocationTimes } from './pipeline/revocations.js';
import type { ListedDocument, TrustedDocuments } from './pipeline/trusted-documents.js';
import { DEFAULT_SOCKET_LIMITS, type SocketLimits } from './subscriptions/socket-limits.js';
import type { DecideOverride } from './supergraph/overrides.js';

/** Bounds on what one client sends and receives. */
export interface GatewayLimits extends DocumentLimits, RequestLimits, SocketLimits {
  /** Bytes of an HTTP request's body, decompressed. Default 256 KiB. */
  readonly bodyBytes: number;
  /** The same of a request that `largeBodies` names. Default 12 MiB; subgraphs elsewhere take 16. */
  readonly largeBodyBytes: number;
  /** Errors in one answer. Default 5. */
  readonly errors: number;
}

export const DEFAULT_LIMITS: GatewayLimits = {
  ...DEFAULT_DOCUMENT_LIMITS,
  ...DEFAULT_REQUEST_LIMITS,
  ...DEFAULT_SOCKET_LIMITS,
  bodyBytes: 256 * 2 ** 10,
  largeBodyBytes: 12 * 2 ** 20,
  errors: DEFAULT_MAXIMUM_ERRORS,
};

export interface LargeBodies {
  readonly scope: string;
  readonly mutations: readonly string[];
}

export interface GatewayOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** The composed supergraph SDL; loaded again when the file changes. */
  readonly supergraphFile: string;
  /** Supplies the supergraph instead of the file. */
  readonly supergraphManager?: SupergraphManager | undefined;
  /** By name. A subgraph that is missing has the address that the supergraph names. */
  readonly subgraphs: ReadonlyMap<string, SubgraphTarget>;
  /** How access tokens are verified. Undefined: every caller is anonymous, and `authorization` goes upstream. */
  readonly signIn?: TokenVerifierOptions | undefined;
  /** The subgraph that says which access tokens were revoked, and where it publishes it. Undefined: tokens are valid until they expire. */
  readonly revocations?:
    | { readonly subgraph: string; readonly bus: Bus | undefined; readonly times?: Partial<RevocationTimes> }
    | undefined;
  /** The subgraph that opens, renews and ends sessions, which browsers then have in a cookie. Undefined: no cookie signs anybody in. */
  readonly sessions?: { readonly subgraph: string } | undefined;
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
   * Mutations that carry a file: a request that selects nothing else, of a caller with the scope, may have `largeBodyBytes`. Nobody else is
   * read so far. Default: none.
   */
  readonly largeBodies?: LargeBodies | undefined;
  /**
   * Subscription fields, such as `Subscription.priceChanged`, and types whose fields are the same for all callers with the same
   * roles. Those callers share one upstream where a subscription selects nothing else. Default: none.
   */
  readonly sharedByRole?: readonly string[] | undefined;
  /**
   * Subscription fields that send a snapshot first and then changes, each of which supersedes the ones before it. A client that
   * reads them too slowly skips events and continues from a new snapshot; for other fields it is disconnected. Default: none.
   */
  readonly conflatedSubscriptions?: readonly string[] | undefined;
  /**
   * Decides whether a label of a progressive override (`@override(label:)`) applies to a request. Where this is undefined, or
   * returns undefined, `percent(n)` applies to n of a hundred requests and any other label to none.
   */
  readonly overrideLabel?: DecideOverride | undefined;
  /** Whether introspection is allowed and the explorers are served. */
  readonly introspection: boolean;
  /** Pages at `/` and beside it. Default: none, and the Sandbox is at `/`. */
  readonly screens?: readonly Route[] | undefined;
  /** What GraphiQL opens with. Undefined: an empty editor. */
  readonly story?: Story | undefined;
  /** Origins whose pages may send requests; `*` for all. Default: the gateway's own origin alone. */
  readonly corsOrigins?: readonly string[];
  /** Those left out have their defaults. */
  readonly limits?: Partial<GatewayLimits> | undefined;
  /** Headers that are passed on between clients and subgraphs elsewhere. Undefined: none. */
  readonly headerRules?: HeaderRuleSettings | undefined;
  /** The only operations that are executed. Undefined: any. */
  readonly trustedDocuments?: TrustedDocuments | undefined;
  /** What clients may name by `documentId` where there are no trusted documents. Default: nothing. */
  readonly documents?: readonly ListedDocument[] | undefined;
  /**
   * Subscribes `invalidate` to changes, made elsewhere, of data that is in the response cache; returns how to unsubscribe.
   * Undefined: cached responses are dropped when they expire, and after mutations through this gateway.
   */
  readonly onInvalidation?: ((invalidate: () => void) => () => Promise<void>) | undefined;
  /** How many requests clients may send. Undefined: any number. */
  readonly rateLimits?: RateLimitOptions | undefined;
  /** Mutations whose failed attempts are limited; counted in the stores of the rate limits. Default: none. */
  readonly attemptLimits?: readonly AttemptLimit[] | undefined;
  /** How many attempts are allowed; those left out have their defaults. */
  readonly attemptBounds?: Partial<AttemptBounds> | undefined;
  /** Bounds on requests to each subgraph elsewhere; those left out have their defaults. */
  readonly upstreamLimits?: Partial<UpstreamLimits> | undefined;
  /** How many trusted reverse proxies are in front, whose `x-forwarded-for` names the client. Default 0. */
  readonly trustedProxies?: number | undefined;
  /** Further routes at the gateway's address: callbacks of payment providers, public keys. */
  readonly routes?: readonly Route[];
  /** Such routes of subgraphs elsewhere, to which requests are forwarded. */
  readonly forwarded?: readonly ForwardedRoute[];
  /** Of these two, what counts for the rate limit of the client's address. Default: none. */
  readonly limitedPaths?: readonly string[];
  /** Whether `/metrics` is served at the gateway's address. Default true. */
  readonly servesMetrics?: boolean | undefined;
  /** Rejects with the reason while a subgraph in this process cannot serve. */
  readonly ready?: () => Promise<void>;
  /** Whether the messages of unexpected failures are hidden from clients. */
  readonly production: boolean;
  readonly log: Log;
}
