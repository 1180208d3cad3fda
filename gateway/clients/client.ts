/**
 * How the gateway reaches a subgraph. Two implementations keep the same promises (in process, and HTTP with
 * graphql-ws), and one conformance test holds both to them:
 *
 * - an answer is always an ExecutionResult; a subgraph that cannot be reached is a GraphQLError whose code is
 *   SUBGRAPH_UNAVAILABLE, never a bare Error;
 * - aborting `call.signal` ends the work upstream;
 * - an answer belongs to whoever asked: the executor writes into it, so no client hands the same object out twice;
 * - `subscribe` ends when the subgraph completes, and throws a GraphQLError when the stream breaks. Every event has `data`,
 *   null where it failed; an answer without it is a refusal to begin, and the last.
 */
import type { DocumentNode, ExecutionResult } from 'graphql';
import type { Identity } from '../../platform/identity/identity.js';
import type { TraceContext } from '../../platform/trace.js';

export interface SubgraphRequest {
  /** The operation as the query planner printed it. */
  readonly query: string;
  /** The same operation parsed; given once per plan so that an in-process call never parses. */
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly operationType: 'query' | 'mutation' | 'subscription';
  readonly variables: Readonly<Record<string, unknown>>;
  /**
   * The same request as the body of a GraphQL-over-HTTP POST, where the executor has it as text already. A client that
   * sends JSON reads this and leaves `variables`, which are made when first read, alone.
   */
  readonly body?: string | undefined;
}

/** What callers use of an `AbortSignal`, which is one; making a whole one for every request costs more than a small fetch. */
export interface Cancellation {
  readonly aborted: boolean;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What travels with every call of one client operation. */
export interface SubgraphCall extends TraceContext {
  readonly identity: Identity;
  /** The client's own `authorization` header, sent upstream only where no identity key is configured. */
  readonly authorization: string | undefined;
  readonly signal: Cancellation;
}

export interface SubgraphClient {
  readonly name: string;
  execute(request: SubgraphRequest, call: SubgraphCall): Promise<ExecutionResult>;
  subscribe(request: SubgraphRequest, call: SubgraphCall): Promise<AsyncIterableIterator<ExecutionResult>>;
  close(): Promise<void>;
}
