/**
 * How the gateway reaches a subgraph. Every implementation (in process, and over HTTP with subscriptions over WebSocket or
 * server-sent events) passes one conformance test:
 *
 * - The result of `execute` is always an ExecutionResult: an unreachable subgraph is an error with the code SUBGRAPH_UNAVAILABLE.
 * - Aborting `call.signal` ends the work upstream.
 * - A result belongs to its caller, which writes into it: no client returns the same object twice.
 * - A stream ends when the subgraph completes it. Every event has `data`, null if it failed. The errors of a subscription that
 *   the subgraph refuses, or ends with errors, are its last event, which alone has no `data`.
 * - A stream that breaks throws: a `StreamInterrupted` if opening it again may help, otherwise a GraphQLError.
 */
import type { GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { DocumentNode, ExecutionResult } from 'graphql';
import type { Identity } from '../../platform/identity/identity.js';
import type { Origin } from '../../platform/identity/origin.js';
import type { Language } from '../../platform/language/language.js';
import type { TraceContext } from '../../platform/trace.js';
import type { ForwardedHeaders } from './header-rules.js';

export interface SubgraphRequest {
  /** The operation as the query planner printed it. */
  readonly query: string;
  /** The same operation, parsed once per plan so that an in-process call never parses. */
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly operationType: 'query' | 'mutation' | 'subscription';
  readonly variables: Readonly<Record<string, unknown>>;
  /** The request as the body of a GraphQL-over-HTTP POST, for clients that send JSON: `variables` are built only when read. */
  readonly body?: string | undefined;
}

/** The part of `AbortSignal` that clients use; creating a real one for every request costs more than a small fetch. */
export interface Cancellation {
  readonly aborted: boolean;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** The request of a hosting Apollo Server, which is passed to data sources. */
export type HostRequest = Extract<
  GraphQLDataSourceProcessOptions,
  { readonly incomingRequestContext: unknown }
>['incomingRequestContext'];

/** What accompanies every call of one client operation. */
export interface SubgraphCall extends TraceContext {
  readonly identity: Identity;
  /** Of a mutation: where it came from, for the subgraphs' audit trail. */
  readonly origin?: Origin | undefined;
  /** That the client prefers, for Kedai's own subgraphs; undefined where it does not say. */
  readonly language?: Language | undefined;
  /** Where the client chose one, for logs; otherwise it is the id of the trace. */
  readonly requestId?: string | undefined;
  /** The client's own `authorization` header, sent upstream only where no identity key is configured. */
  readonly authorization: string | undefined;
  readonly signal: Cancellation;
  /** Whether a stream must not share a connection, since it may be what broke the last one. Default: it may. */
  readonly isIsolated?: boolean;
  /** Set where an Apollo Server hosts the gateway. */
  readonly hostRequest?: HostRequest | undefined;
  /** Set where header rules apply: the client's headers, and those collected for the response to it. */
  readonly forwarded?: ForwardedHeaders | undefined;
}

/** A transport of subscriptions. */
export type Subscriptions = Pick<SubgraphClient, 'subscribe' | 'close'>;

export interface SubgraphClient {
  readonly name: string;
  execute(request: SubgraphRequest, call: SubgraphCall): Promise<ExecutionResult>;
  subscribe(request: SubgraphRequest, call: SubgraphCall): Promise<AsyncIterableIterator<ExecutionResult>>;
  close(): Promise<void>;
}
