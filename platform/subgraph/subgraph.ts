/** What a subgraph is to the rest of the system, in this process or elsewhere. */
import type { GraphQLSchema } from 'graphql';
import type { Cause } from '../events/envelope.js';
import type { Route } from '../http/server.js';
import type { Identity } from '../identity/identity.js';
import type { Origin } from '../identity/origin.js';
import type { Language } from '../language/language.js';

/** What travels with one operation from the gateway. */
export interface OperationCall {
  readonly identity: Identity;
  /** Of a mutation; undefined where no gateway said so. */
  readonly origin?: Origin | undefined;
  /** That the client prefers; undefined where it does not say. */
  readonly language?: Language | undefined;
  /** The trace and request that cause everything this operation does. */
  readonly cause: Cause;
}

export interface RunningSubgraph {
  readonly name: string;
  readonly schema: GraphQLSchema;
  /** A fresh context for each operation: data loaders live as long as one. */
  context(call: OperationCall): object;
  /** Its plain HTTP routes: callbacks of payment providers, the public keys. */
  readonly routes: readonly Route[];
  /** Rejects with the reason while it cannot serve. */
  ready(): Promise<void>;
  /** Resolves when the work in progress has ended. */
  stop(): Promise<void>;
}
