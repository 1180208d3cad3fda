/**
 * A subgraph in this process: its schema is executed directly, with no HTTP and no JSON in between, and the planner's
 * document is not validated again. Work under way inside a resolver is not cut short by an abort; a subscription is.
 */
import { causeOf } from '../../platform/events/envelope.js';
import type { Log } from '../../platform/log.js';
import {
  type ExecutableSubgraph,
  executeOperation,
  subscribeOperation,
} from '../../platform/subgraph/execution.js';
import type { OperationCall } from '../../platform/subgraph/subgraph.js';
import type { SubgraphCall, SubgraphClient } from './client.js';
import { only, streamOf } from './stream.js';
import { unavailable } from './unavailable.js';

export function inProcessClient(subgraph: ExecutableSubgraph, log: Log): SubgraphClient {
  const { name } = subgraph;
  return {
    name,
    async execute(request, call) {
      if (call.signal.aborted) return { errors: [unavailable(name)] };
      return executeOperation(subgraph, request, callOf(call), log);
    },
    async subscribe(request, call) {
      call.signal.throwIfAborted();
      const events = await subscribeOperation(subgraph, request, callOf(call), log);
      return streamOf(Symbol.asyncIterator in events ? events : only(events), call.signal);
    },
    async close() {},
  };
}

function callOf({ identity, traceparent, tracestate }: SubgraphCall): OperationCall {
  return { identity, cause: causeOf({ traceparent, tracestate }) };
}
