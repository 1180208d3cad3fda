/**
 * How the gateway reaches a subgraph. Every implementation (in process, and over HTTP with subscriptions over WebSocket or
 * server-sent events) keeps the same promises, and one conformance test holds all of them to these:
 *
 * - an answer is always an ExecutionResult; a subgraph that cannot be reached is a GraphQLError whose code is
 *   SUBGRAPH_UNAVAILABLE, never a bare Error;
 * - aborting `call.signal` ends the work upstream;
 * - an answer belongs to its caller: the executor writes into it, so no client returns the same object twice;
 * - a stream ends when the subgraph completes it. Every event has `data`, null where it failed. One that is refused, or that
 *   the subgraph ends with errors, has those as its last event, which alone has no `data`. One that breaks throws a `StreamInterrupted` where opening it again may help, and a
 *   GraphQLError where it will not.
 */
import type { GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { DocumentNode, ExecutionResult } from 'graphql';
import type { Identity } from '../../platform/identity/identity.js';
import type { Origin } from '../../platform/identity/origin.js';
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
  /**
   * The same request as the body of a GraphQL-over-HTTP POST, where the executor has it as text. A client that sends JSON
   * reads this instead of `variables`, which are built when they are read.
   */
  readonly body?: string | undefined;
}

/** The part of `AbortSignal` that clients use; creating a real one for every request costs more than a small fetch. */
export interface Cancellation {
  readonly aborted: boolean;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** The request of a hosting Apollo Server, which data sources are given. */
export type HostRequest = Extract<
  GraphQLDataSourceProcessOptions,
  { readonly incomingRequestContext: unknown }
>['incomingRequestContext'];

/** What accompanies every call of one client operation. */
export interface SubgraphCall extends TraceContext {
  readonly identity: Identity;
  /** Of a mutation: where it came from, for the subgraphs' audit trail. */
  readonly origin?: Origin | undefined;
  /** The client's own `authorization` header, sent upstream only where no identity key is configured. */
  readonly authorization: string | undefined;
  readonly signal: Cancellation;
  /** Whether a stream must share no connection with others: set once it may have broken theirs. Default: it may share. */
  readonly isIsolated?: boolean;
  /** Where an Apollo Server hosts the gateway. */
  readonly hostRequest?: HostRequest | undefined;
  /** Where rules pass headers on: the client's, and what answers add to its own. */
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
