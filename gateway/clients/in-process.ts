/**
 * The client of a subgraph in this process: its schema is executed directly, without HTTP, JSON or a second validation of the
 * planner's document. An abort ends a subscription at once, but not a resolver that is running.
 */
import { type ExecutionResult, GraphQLError } from 'graphql';
import { causeOf } from '../../platform/events/envelope.js';
import type { Log } from '../../platform/log.js';
import {
  type ExecutableSubgraph,
  executeOperation,
  subscribeOperation,
} from '../../platform/subgraph/execution.js';
import type { OperationCall } from '../../platform/subgraph/subgraph.js';
import { only, streamOf } from './abortable-stream.js';
import type { SubgraphCall, SubgraphClient } from './client.js';
import { StreamInterrupted, unavailable } from './failures.js';

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
      return streamOf(Symbol.asyncIterator in events ? withLastErrors(events) : only(events), call.signal);
    },
    async close() {},
  };
}

/** An error that a stream throws becomes its last event, unless the subgraph's database is unavailable. */
function withLastErrors(
  events: AsyncGenerator<ExecutionResult, void, void>,
): AsyncIterator<ExecutionResult, void> {
  let isOver = false;
  return {
    async next() {
      if (isOver) return { done: true, value: undefined };
      try {
        return await events.next();
      } catch (error) {
        isOver = true;
        if (!(error instanceof GraphQLError)) throw error;
        const interruption = StreamInterrupted.among([error]);
        if (interruption !== undefined) throw interruption;
        return { done: false, value: { errors: [error] } };
      }
    },
    return: () => events.return(),
  };
}

function callOf({ identity, origin, language, traceparent, tracestate }: SubgraphCall): OperationCall {
  return { identity, origin, language, cause: causeOf({ traceparent, tracestate }) };
}
