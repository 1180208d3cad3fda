/**
 * Runs one operation of one caller on a graph: plans it the first time it is seen, and executes it. The document is
 * valid already. What is wrong with the operation is an answer with errors and no data; nothing is thrown.
 */
import { type DocumentNode, type ExecutionResult, GraphQLError } from 'graphql';
import type { Caller } from '../access/caller.js';
import type { SubgraphCall } from '../clients/client.js';
import { execute } from '../execution/execute.js';
import { operationKey } from '../execution/plan-cache.js';
import { type PreparedOperation, prepare } from '../execution/prepare.js';
import type { Variables } from '../execution/request.js';
import type { Graph } from '../graph.js';
import { type ErrorPolicy, presentErrors } from './errors.js';

export interface Operation {
  readonly source: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
}

/** For whom, and until when. */
export interface OperationCaller {
  readonly caller: Caller;
  readonly traceparent: string;
  readonly signal: AbortSignal;
}

export class OperationRunner {
  readonly #policy: ErrorPolicy;

  constructor(policy: ErrorPolicy) {
    this.#policy = policy;
  }

  async execute(
    graph: Graph,
    operation: Operation,
    variables: Variables,
    call: OperationCaller,
  ): Promise<ExecutionResult> {
    const prepared = this.prepare(graph, operation);
    if (prepared instanceof GraphQLError) return { errors: [prepared] };
    return execute(prepared, {
      variables,
      call: callOf(call),
      clients: graph.clients,
      formatErrors: (errors) => presentErrors(errors, this.#policy),
    });
  }

  prepare(graph: Graph, { source, document, operationName }: Operation): PreparedOperation | GraphQLError {
    try {
      return graph.plans.get(operationKey(source, operationName), () =>
        prepare(graph.supergraph, document, operationName),
      );
    } catch (error) {
      if (error instanceof GraphQLError) return error;
      throw error;
    }
  }
}

export function callOf({ caller, traceparent, signal }: OperationCaller): SubgraphCall {
  return { identity: caller.identity, authorization: caller.authorization, traceparent, signal };
}
